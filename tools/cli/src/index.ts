export { runCli } from './run-cli.ts'
export type { Context, Output, Run, RunOptions, RunOutcome } from './context.ts'
