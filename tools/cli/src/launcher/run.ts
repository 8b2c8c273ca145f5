import { join } from 'node:path'
import type { NoFlags } from '../command.ts'
import type { EnvFlags } from '../commands/environment.ts'
import type { Context } from '../context.ts'

/** `mochi env` by way of this program: what the launcher prints. */
export async function runEnv(context: Context, { fish }: EnvFlags): Promise<number> {
  return runLauncher(context, fish ? ['env', '--fish'] : ['env'])
}

/** `mochi exec -- CMD` by way of this program: the command's own exit code, in the folder that the user is in. */
export async function runExec(context: Context, _flags: NoFlags, ...command: string[]): Promise<number> {
  return runLauncher(context, ['exec', '--', ...command])
}

async function runLauncher(context: Context, args: readonly string[]): Promise<number> {
  const { code, stderr } = await context.run(join(context.root, 'mochi'), args, { output: 'inherit', cwd: context.cwd })
  if (code === null && stderr !== '') context.stderr.write(`${stderr}\n`)
  return code ?? 1
}
