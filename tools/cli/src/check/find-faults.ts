import { renderHostSchema, renderMochiSchema } from '@mochi/config'
import { isMochiError } from '@mochi/errors'
import { check as checkToolchain, renderWantedSchema } from '@mochi/toolchain'
import type { Context } from '../context.ts'
import { renderReferences } from '../reference/index.ts'
import { documentFindings } from './document-findings.ts'
import type { Finding } from './finding.ts'
import { references } from './rules/references.ts'
import { rules } from './rules.ts'
import type { Workspace } from './workspace.ts'

/**
 * Everything that is wrong but the format: by the rules, by the toolchain's own check of the locks, and in the generated
 * pages.
 */
export async function findFaults({ root }: Pick<Context, 'root'>, workspace: Workspace): Promise<Finding[]> {
  const outside = await Promise.all([toolchainFaults(root), referenceFaults(root, workspace)])
  return [...Object.values(rules).flatMap((rule) => rule(workspace)), ...outside.flat()]
}

async function toolchainFaults(root: string): Promise<Finding[]> {
  const { faults } = await checkToolchain({ root })
  return faults.flatMap((fault): Finding[] => {
    const { message, where, hint, code } = fault
    if (code === 'TOOLCHAIN_WANTED_INVALID')
      return documentFindings(fault, { rule: 'toolchain', file: 'toolchain/toolchain.json' })
    return [
      {
        rule: 'toolchain',
        file: where ?? 'toolchain/toolchain.lock',
        message: `${message} (${code})`,
        mend: hint ?? './mochi toolchain lock',
      },
    ]
  })
}

/** A catalogue that cannot be read is a finding: the pages cannot be made from it. */
async function referenceFaults(root: string, workspace: Workspace): Promise<Finding[]> {
  try {
    const pages = await renderReferences(root)
    return references(workspace, { ...pages, ...renderSchemas() })
  } catch (error) {
    if (!isMochiError(error)) throw error
    const { message, where = 'docs/reference', hint = './mochi --explain', code } = error
    return [{ rule: 'references', file: where, message: `${message} (${code})`, mend: hint }]
  }
}

/** What editors read. */
function renderSchemas(): Record<string, string> {
  return {
    'libs/config/host.schema.json': renderHostSchema(),
    'libs/config/mochi.schema.json': renderMochiSchema(),
    'toolchain/toolchain.schema.json': renderWantedSchema(),
  }
}
