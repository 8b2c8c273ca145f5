import type { SocketAddresses } from './sockets.ts'

/** What a launcher runs, as `launch.json` says it. Times are in milliseconds. */
export type LaunchSpec = {
  /** The service's name, for people. */
  readonly name: string
  /** The program and its arguments; no shell takes them apart. */
  readonly command: readonly [string, ...string[]]
  /** The folder it runs in. */
  readonly folder: string
  readonly sockets: SocketAddresses
  /** How its sockets are spoken to, for who shows its URL. Default: `http`. */
  readonly scheme?: 'http' | 'https'
  /** How it is known that it serves: it says so, its `/health` answers with 200, or it runs. */
  readonly ready: 'message' | 'health' | 'running'
  readonly patience: Patience
  /** Whom it runs as, where the launcher is root. */
  readonly user?: { readonly uid: number; readonly gid: number }
  readonly limits: Limits
}

export type Patience = {
  /** Until it is ready, or is killed. */
  readonly ready: number
  /** From the order to end until it is killed. */
  readonly drain: number
  /** From being ready until an end counts as a new fault and not as one more of a crash loop. */
  readonly stable: number
  /** The longest pause between two starts of a crash loop. */
  readonly backoff: number
}

/** Resource limits, by the names of `ulimit`. */
export type Limits = {
  readonly openFiles?: number
  /** Of its address space, in kibibytes. */
  readonly memory?: number
  /** In seconds of processor time. */
  readonly cpu?: number
  /** Of a core file, in blocks of 512 bytes. */
  readonly core?: number
}

export const defaultPatience: Patience = { ready: 30_000, drain: 20_000, stable: 5_000, backoff: 10_000 }

/** The pause before a start after so many failures in a row: none after the first, then doubling from a tenth of a second. */
export function backoffOf(failures: number, { backoff }: Patience): number {
  return failures <= 1 ? 0 : Math.min(100 * 2 ** (failures - 2), backoff)
}
