import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Lets all others have the processors before this thread, and what it starts. On Linux a thread has a priority of its own; where
 * it has none, or may not change it, nothing happens. Threads for files are shared and stay as they are: whoever serves has started them.
 */
export function stepBack(): void {
  try {
    const [, thread] = /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? []
    if (thread !== undefined) setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It only serves a little less well.
  }
}
