import { startOf } from '../process-start.ts'
import type { Child, Exit } from './child.ts'

/** How often it is looked whether a process that is not a child of ours still lives, in milliseconds. */
const PAUSE = 250

/** A process and when it began: together they name one process for ever, which its number alone does not. */
export type ProcessRecord = { readonly pid: number; readonly start: string }

/** A process of a service that a launcher left behind when it died. It is not our child, so its end has to be looked for. */
export function adoptChild(record: ProcessRecord, onExit: (exit: Exit) => void): Child {
  const { pid } = record
  const look = (): void => {
    if (lives(record)) setTimeout(look, PAUSE)
    else onExit({ code: null, signal: null, reason: 'it was adopted, so how it ended is not known' })
  }
  setTimeout(look, PAUSE)
  return { pid, drain: () => signal(record, pid, 'SIGTERM'), kill: () => signal(record, -pid, 'SIGKILL') }
}

/** Whether exactly this process lives. */
export function lives({ pid, start }: ProcessRecord): boolean {
  return startOf(pid) === start
}

function signal(record: ProcessRecord, target: number, name: NodeJS.Signals): void {
  if (!lives(record)) return
  try {
    process.kill(target, name)
  } catch {
    // It has ended between the look and the signal.
  }
}
