import { startOf } from './process-start.ts'

/** A process and when it began: together they name one process for ever, which its number alone does not. */
export type ProcessRecord = { readonly pid: number; readonly start: string }

/** Whether exactly this process lives. One that has ended and whose parent has not asked does not. */
export function lives({ pid, start }: ProcessRecord): boolean {
  return startOf(pid) === start
}

/**
 * Kills what a process that has ended left behind in the group that it led: that would hold the sockets. Nobody when the
 * number is another process's by now, whose group it may be.
 */
export function killLeftBehind({ pid }: ProcessRecord): void {
  if (startOf(pid) !== undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
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
