import type { Context } from '../context.ts'
import { runToEnd } from './run-to-end.ts'

/** What git prints. Throws CLI_COMMAND_FAILED. */
export function runGit(context: Pick<Context, 'root' | 'run'>, args: readonly string[]): Promise<string> {
  return runToEnd(context, 'git', args)
}
