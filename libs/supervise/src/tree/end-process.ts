import { setTimeout as sleep } from 'node:timers/promises'
import { killLeftBehind, lives, signalProcess } from '../process-record.ts'
import type { ProcessRecord } from '../process-record.ts'

const PAUSE = 20

/** Ends a process that is not a child of ours, with its group: it is asked, and killed after so many milliseconds. */
export async function endProcess(record: ProcessRecord, patience: number): Promise<void> {
  signalProcess(record, 'SIGTERM')
  const deadline = performance.now() + patience
  while (lives(record)) {
    if (performance.now() > deadline) signalProcess(record, 'SIGKILL')
    await sleep(PAUSE)
  }
  killLeftBehind(record)
}
