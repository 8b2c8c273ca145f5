import { parseMochiConfig } from '@mochi/config'
import type { MochiConfig } from '@mochi/config'
import { isMochiError } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import { documentFindings } from '../document-findings.ts'
import type { Finding } from '../finding.ts'
import type { Workspace } from '../workspace.ts'

const FILE = 'mochi.json'

/** Every fault of mochi.json, each at its line. */
export function config(workspace: Workspace): Finding[] {
  const read = readConfig(workspace)
  return read !== undefined && 'fault' in read ? documentFindings(read.fault, { rule: 'config', file: FILE }) : []
}

/** What mochi.json says, where it stands and says something. */
export function configOf(workspace: Workspace): MochiConfig | undefined {
  const read = readConfig(workspace)
  return read !== undefined && 'config' in read ? read.config : undefined
}

function readConfig({ files }: Workspace): { config: MochiConfig } | { fault: MochiError } | undefined {
  const file = files.find(({ path }) => path === FILE)
  if (file === undefined) return undefined
  try {
    return { config: parseMochiConfig(file.text, FILE) }
  } catch (error) {
    if (!isMochiError(error)) throw error
    return { fault: error }
  }
}
