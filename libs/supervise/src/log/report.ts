import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { writeLogStatus } from './status.ts'
import type { LogStatus } from './status.ts'

/** What a log writer lets be known of itself. Nothing here throws: it may go to the disk that is full. */
export type Report = {
  /** A line on standard error. */
  readonly say: (words: string) => void
  /** Whether the log is written, or why it waits: in `status.json`, and a wait on standard error too. */
  readonly tell: (fault: NodeJS.ErrnoException | undefined, guard: LogStatus['guard']) => void
}

/** What one writer says at most in all, in bytes: a disk that is full and then is not, for months, fills nothing with that. */
const MOST = 65_536

export function createReport(folder: string, write = complain): Report {
  const state = { said: 0 }
  const say = (words: string): void => {
    const line = Buffer.from(`log writer: ${words}\n`)
    if (state.said + line.length <= MOST) state.said += write(line)
  }
  const tell: Report['tell'] = (fault, guard) => {
    const known = { pid: process.pid, since: new Date().toISOString(), guard } as const
    if (fault !== undefined)
      say(`${folder} takes nothing more: ${fault.message}. The service waits until it does; tried again every second`)
    const status: LogStatus =
      fault === undefined ? { ...known, state: 'writing' } : { ...known, state: 'waiting', reason: fault.message }
    try {
      writeLogStatus(join(folder, 'status.json'), status)
    } catch (error) {
      if (fault === undefined) say(`status.json: ${(error as Error).message}`)
    }
  }
  return { say, tell }
}

/** Writes to standard error what can be written there, and says how many bytes that are. A stream of Node ends the process instead. */
export function complain(words: string | Uint8Array): number {
  try {
    return writeSync(2, Buffer.from(words))
  } catch {
    return 0
  }
}
