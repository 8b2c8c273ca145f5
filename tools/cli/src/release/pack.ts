import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import type { Step } from './plan-release.ts'

/** A package as a registry takes it. */
export type Packed = { readonly step: Step; readonly file: string; readonly integrity: string }

/**
 * Builds and packs packages by their targets: the same sources give the same bytes, whoever packs them. Throws
 * CLI_COMMAND_FAILED.
 */
export async function pack(
  context: Pick<Context, 'root' | 'env' | 'run'>,
  steps: readonly Step[],
  { quiet }: { quiet: boolean },
): Promise<readonly Packed[]> {
  if (steps.length === 0) return []
  const projects = steps.map(({ folder }) => basename(folder)).join(',')
  const args = ['run-many', '--targets', 'pack', '--projects', projects, '--outputStyle=static']
  const env = { ...context.env, NX_DAEMON: 'false', NX_INTERACTIVE: 'false' }
  const { code, stdout, stderr } = await context.run(join(context.root, 'node_modules/.bin/nx'), args, {
    ...{ cwd: context.root, env },
    output: quiet ? 'pipe' : 'inherit',
  })
  if (code !== 0) {
    throw errors.CLI_COMMAND_FAILED({
      command: ['npx nx', ...args].join(' '),
      code,
      output: `${stdout}${stderr}`.trim(),
    })
  }
  return Promise.all(steps.map((step) => readPacked(context.root, step)))
}

async function readPacked(root: string, step: Step): Promise<Packed> {
  const file = join(root, step.folder, 'dist', `${step.name.replace(/^@/, '').replace('/', '-')}-${step.to}.tgz`)
  const digest = createHash('sha512').update(await readFile(file))
  return { step, file, integrity: `sha512-${digest.digest('base64')}` }
}
