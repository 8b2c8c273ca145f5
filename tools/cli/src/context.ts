import type { ApplicationContext } from '@stricli/core'
import type { EndSignal } from './interrupted.ts'

/** Where a command writes. `color` and `columns` are decided once, when the context is made. */
export type Output = {
  write(text: string): void
  readonly isTTY: boolean
  readonly color: boolean
  /** Width of the terminal, 80 where it does not know; 100 where there is none. At least 20. */
  readonly columns: number
}

export type RunOptions = {
  cwd?: string
  env?: Readonly<Record<string, string | undefined>>
  /** `inherit` lets the command write to the user's terminal; the outcome's texts are then empty. Default: `pipe`. */
  output?: 'pipe' | 'inherit'
  /** Hears each line that is written, when it is; the outcome's texts are then empty. For `pipe`. */
  onLine?: (line: string, from: 'stdout' | 'stderr') => void
  /** Milliseconds after which the command is killed; its outcome then has code null. */
  timeout?: number
  /** Once it is aborted the command is asked to end, and killed where it does not. */
  signal?: AbortSignal
}

export type RunOutcome = {
  /** The exit code, or null when a signal ended the command or it could not be started. */
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a command, an argument list without a shell, to its end. Never rejects: a command that is absent has code null. */
export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<RunOutcome>

/** All that a command may use of the world. Handed in, so that a test hands in another. */
export type Context = ApplicationContext & {
  /** The checkout: the folder that holds `mochi`, `toolchain/` and `nx.json`. Absolute. */
  readonly root: string
  /** The folder that the user called from. Absolute. */
  readonly cwd: string
  /** The toolchain's prefix: `opt/`, `env/`, `etc/`, `var/`. Absolute. */
  readonly prefix: string
  /** `linux-x64`, `linux-arm64`, `darwin-x64` or `darwin-arm64`. */
  readonly platform: string
  /** How the user calls this program: `./mochi`, `../mochi`, `mochi`. Texts get it by `spellCommands`. */
  readonly command: string
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** PATH as the user's shell has it; the launcher puts the generation before it in `env.PATH`. */
  readonly userPath: string | undefined
  readonly stdout: Output
  readonly stderr: Output
  /** Milliseconds since 1970. */
  readonly clock: { now(): number }
  readonly run: Run
  /** From now on the first Ctrl-C, or the first of these, aborts the signal instead of ending the program. */
  interrupted(signals?: readonly EndSignal[]): AbortSignal
}
