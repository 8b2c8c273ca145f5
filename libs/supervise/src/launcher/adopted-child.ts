import { killLeftBehind, lives, signalProcess } from '../process-record.ts'
import type { ProcessRecord } from '../process-record.ts'
import type { Child, Exit } from './child.ts'

/** How often it is looked whether a process that is not a child of ours still lives, in milliseconds. */
const PAUSE = 250

/** A process of a service that a launcher left behind when it died. It is not our child, so its end has to be looked for. */
export function adoptChild(record: ProcessRecord, onExit: (exit: Exit) => void): Child {
  const look = (): void => {
    if (lives(record)) {
      setTimeout(look, PAUSE)
      return
    }
    killLeftBehind(record)
    onExit({ code: null, signal: null, reason: 'it was adopted, so how it ended is not known' })
  }
  setTimeout(look, PAUSE)
  return {
    pid: record.pid,
    drain: () => signalProcess(record, 'SIGTERM'),
    kill: () => signalProcess(record, 'SIGKILL', { group: true }),
  }
}
