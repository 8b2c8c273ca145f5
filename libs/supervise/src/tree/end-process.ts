import { setTimeout as sleep } from 'node:timers/promises'
import { lives } from '../launcher/adopted-child.ts'
import type { ProcessRecord } from '../launcher/adopted-child.ts'

const PAUSE = 20

/** Ends a process that is not a child of ours: it is asked, and killed after so many milliseconds. */
export async function endProcess(record: ProcessRecord, patience: number): Promise<void> {
  signal(record, 'SIGTERM')
  const deadline = performance.now() + patience
  while (lives(record)) {
    if (performance.now() > deadline) signal(record, 'SIGKILL')
    await sleep(PAUSE)
  }
}

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  if (!lives(record)) return
  try {
    process.kill(record.pid, name)
  } catch {
    // It has ended between the look and the signal.
  }
}
