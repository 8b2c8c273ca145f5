import { startOf } from './process-start.ts'

/** A process and when it began: together they name one process for ever, which its number alone does not. */
export type ProcessRecord = { readonly pid: number; readonly start: string }

/** Whether exactly this process lives. One that has ended and whose parent has not asked does not. */
export function lives({ pid, start }: ProcessRecord): boolean {
  return startOf(pid) === start
}

/** Signals exactly this process, or with `group` all of the group that it leads; nobody when it has ended. */
export function signalProcess(record: ProcessRecord, name: NodeJS.Signals, { group = false } = {}): void {
  if (!lives(record)) return
  try {
    process.kill(group ? -record.pid : record.pid, name)
  } catch {
    // It has ended between the look and the signal.
  }
}
