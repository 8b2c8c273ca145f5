import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import type { RunOptions } from '../context.ts'

/** What a command prints that has to succeed, in the root. Throws CLI_COMMAND_FAILED. */
export async function runToEnd(
  { root, run }: Pick<Context, 'root' | 'run'>,
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, { cwd: root, ...options })
  if (code === 0) return stdout
  const output = `${stdout}${stderr}`.trim()
  throw errors.CLI_COMMAND_FAILED({ command: [command, ...args].join(' '), code, output })
}
