import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { lives } from '../process-record.ts'
import type { ProcessRecord } from '../process-record.ts'
import { startOf } from '../process-start.ts'

/** A process of a service that its supervisor will find again after its own death. */
export type KeptRecord = ProcessRecord & { readonly isReady: boolean }

/** Writes at once and whole: the supervisor may be killed at any moment. */
export function keepRecords(file: string, records: readonly KeptRecord[]): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(records)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** A record of a process that lives now; undefined when it does not. */
export function recordOf(pid: number, isReady: boolean): KeptRecord | undefined {
  const start = startOf(pid)
  return start === undefined ? undefined : { pid, start, isReady }
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
  const { pid, start, isReady } = value as Partial<Record<keyof KeptRecord, unknown>>
  return typeof pid === 'number' && pid > 1 && typeof start === 'string' && typeof isReady === 'boolean'
}
