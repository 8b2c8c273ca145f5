import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { defaultPatience } from '../launch-spec.ts'
import type { Change, Launcher } from '../launcher/launcher.ts'
import { endProcess } from './end-process.ts'
import { findLiving, keepRecords, recordOf } from './process-records.ts'
import type { KeptRecord } from './process-records.ts'

/** After so many milliseconds it is tried again to write what could not be written. */
const PAUSE = 1_000

/**
 * Finds, in the file where it was noted, what a launcher that died left running: the one that serves is taken over, and what
 * was beside it is told to end. Where nothing runs the sockets are opened, which throws what `bindSockets` throws. From then
 * on the launcher's processes are noted. True when one was taken over.
 */
export function takeOver(launcher: Launcher, file: string): boolean {
  const left = findLiving(file)
  const serving = left.findLast(({ readySince }) => readySince !== undefined) ?? left.at(-1)
  if (serving === undefined) launcher.open()
  const forget = keepRecordsOf(launcher, file, left)
  for (const record of left) {
    if (record !== serving) void endProcess(record, defaultPatience.drain).then(() => forget(record.pid))
  }
  if (serving !== undefined) launcher.adopt(serving)
  return serving !== undefined
}

/**
 * Notes every living process of a launcher, and those that are left of an earlier one, where the next one will look for it; on
 * a full disk, as soon as there is room. The value forgets one that has ended.
 */
export function keepRecordsOf(
  launcher: Launcher,
  file: string,
  left: readonly KeptRecord[] = [],
): (pid: number) => void {
  const records = new Map(left.map((record) => [record.pid, record]))
  const state: { retry?: NodeJS.Timeout } = {}
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const write = (): void => {
    clearTimeout(state.retry)
    try {
      keepRecords(file, [...records.values()])
    } catch (error) {
      // Without its folder the service has been taken out of care.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') state.retry = setTimeout(write, PAUSE).unref()
    }
  }
  launcher.subscribe(({ what, pid, status }) => {
    if (pid === undefined) return
    const known = records.get(pid) ?? { sockets: status.sockets }
    const record = what === 'ended' ? undefined : recordOf(pid, { ...known, ...sinceWhen({ what, status }) })
    if (record === undefined) records.delete(pid)
    else records.set(pid, record)
    write()
  })
  return (pid) => {
    records.delete(pid)
    write()
  }
}

function sinceWhen({ what, status }: Pick<Change, 'what' | 'status'>): Pick<KeptRecord, 'readySince'> {
  const isReady = (what === 'ready' || what === 'swapped') && status.readySince !== undefined
  return isReady ? { readySince: status.readySince } : {}
}
