import { spawnSync } from 'node:child_process'

export type CommandOptions = {
  readonly cwd?: string
  /** The whole environment. A command without a slash is looked for in its PATH. */
  readonly env: Readonly<Record<string, string>>
}

/** `output` is both streams, `stdout` the one that programs read. */
export type Run = { readonly ms: number; readonly output: string; readonly stdout: string }

/**
 * Runs a command to its end, without a shell, and gives the milliseconds from before it was started until it was waited
 * for. Throws with its output when it fails: the time of a failure is no measurement.
 */
export function runTimed(command: readonly [string, ...string[]], options: CommandOptions): Run {
  const [file, ...args] = command
  const start = process.hrtime.bigint()
  const { status, signal, error, stdout, stderr } = spawnSync(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  })
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  if (error !== undefined) throw error
  if (status === 0) return { ms, output: stdout + stderr, stdout }
  throw new Error(`${command.join(' ')} ended with ${status ?? signal ?? 'nothing'}:\n${stdout}${stderr}`)
}

export function timeCommand(command: readonly [string, ...string[]], options: CommandOptions): number {
  return runTimed(command, options).ms
}
