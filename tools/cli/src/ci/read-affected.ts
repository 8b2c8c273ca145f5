import { join } from 'node:path'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import type { Affected } from './affected.ts'

/**
 * Every project, and those that differ from the commit `base`; without one, all are to be checked. Throws
 * CLI_COMMAND_FAILED when Nx cannot read the workspace.
 */
export async function readAffected(
  { root, env, run }: Pick<Context, 'root' | 'env' | 'run'>,
  base: string | undefined,
): Promise<Affected> {
  const program = join(import.meta.dirname, 'read-affected-program.ts')
  const args = base === undefined ? [program] : [program, base]
  const { code, stdout, stderr } = await run(process.execPath, args, {
    cwd: root,
    env: { ...env, NX_ISOLATE_PLUGINS: 'false', NX_DAEMON: 'false' },
  })
  if (code !== 0) throw errors.CLI_COMMAND_FAILED({ command: 'npx nx show projects', code, output: stderr.trim() })
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as Affected
}
