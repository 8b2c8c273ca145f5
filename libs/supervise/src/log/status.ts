import { closeSync, openSync, writeSync } from 'node:fs'

/** What `status.json` in a log's folder says. */
export type LogStatus = {
  readonly pid: number
  readonly state: 'writing' | 'waiting'
  /** Since when it is in this state, ISO 8601. */
  readonly since: string
  /** Why it waits. */
  readonly reason?: string
  /** What survives a kill -9 of the writer: every byte, or all but those of one read. */
  readonly guard: 'mapped' | 'none'
}

const BYTES = 512

/** Always the same number of bytes in the same place, so that it can be written when the disk is full. */
export function writeLogStatus(file: string, status: LogStatus): void {
  const fd = openSync(file, 'a+', 0o640)
  closeSync(fd)
  const again = openSync(file, 'r+')
  try {
    writeSync(again, `${JSON.stringify(status).padEnd(BYTES - 1)}\n`, 0)
  } finally {
    closeSync(again)
  }
}
