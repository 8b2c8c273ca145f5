import { closeSync, openSync, writeSync } from 'node:fs'

/** What `status.json` in a log's folder says. */
export type LogStatus = {
  readonly pid: number
  readonly state: 'writing' | 'waiting'
  /** Since when it is in this state, ISO 8601. */
  readonly since: string
  /** Why it waits. */
  readonly reason?: string
  /** What survives a kill -9 of the writer: every byte, or all but one read and the line begun. */
  readonly guard: 'mapped' | 'none'
}

const BYTES = 512

/** How much of a reason is shown, in characters: with the longest of them there is still room for the rest. */
const REASON = 100

/** Always the same number of bytes in the same place, so that it can be written when the disk is full. */
export function writeLogStatus(file: string, status: LogStatus): void {
  const { reason, ...rest } = status
  const text = JSON.stringify({ ...rest, ...(reason !== undefined && { reason: reason.slice(0, REASON) }) })
  const bytes = Buffer.alloc(BYTES, ' ')
  bytes.write(text)
  bytes.write('\n', BYTES - 1)
  closeSync(openSync(file, 'a+', 0o640))
  const fd = openSync(file, 'r+')
  try {
    writeSync(fd, bytes, 0, BYTES, 0)
  } finally {
    closeSync(fd)
  }
}
