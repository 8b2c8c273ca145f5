import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { lives } from '../process-record.ts'
import type { ProcessRecord } from '../process-record.ts'
import { startOf } from '../process-start.ts'
import type { SocketAddresses } from '../sockets.ts'

/** A process of a service that its supervisor will find again after its own death. */
export type KeptRecord = ProcessRecord & {
  /** Since when it has served, in milliseconds of the system's clock; missing while it does not yet. */
  readonly readySince?: number
  /** The addresses that it was given. */
  readonly sockets?: SocketAddresses
}

/** Writes at once and whole: the supervisor may be killed at any moment. */
export function keepRecords(file: string, records: readonly KeptRecord[]): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(records)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** A record of a process that lives now; undefined when it does not. */
export function recordOf(pid: number, known: Omit<KeptRecord, 'pid' | 'start'> = {}): KeptRecord | undefined {
  const start = startOf(pid)
  return start === undefined ? undefined : { pid, start, ...known }
}

/** The processes in a file that still live. A file that is missing or damaged names none. */
export function findLiving(file: string): readonly KeptRecord[] {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Array.isArray(found) ? found.filter(isRecord).filter(lives) : []
  } catch {
    return []
  }
}

function isRecord(value: unknown): value is KeptRecord {
  if (typeof value !== 'object' || value === null) return false
  const { pid, start, readySince, sockets } = value as Partial<Record<keyof KeptRecord, unknown>>
  const isKnown = typeof pid === 'number' && pid > 1 && typeof start === 'string'
  return isKnown && ['number', 'undefined'].includes(typeof readySince) && (sockets === undefined || isSockets(sockets))
}

function isSockets(value: unknown): value is SocketAddresses {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every((address: unknown) => {
    if (typeof address !== 'object' || address === null) return false
    const { host, port } = address as { host?: unknown; port?: unknown }
    return typeof host === 'string' && typeof port === 'number'
  })
}
