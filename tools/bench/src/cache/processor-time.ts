import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The kernel counts in hundredths of a second, whatever its own clock: time(7), USER_HZ. */
const TICK = 10

/** Milliseconds in which a process that has something to do uses more than one tick. */
const PAUSE = 100

/** Milliseconds of all processors that these processes have used so far; undefined where the system does not say it. */
export function processorTime(pids: readonly number[]): number | undefined {
  if (process.platform !== 'linux') return undefined
  return pids.reduce((sum, pid) => sum + parseStat(read(`/proc/${pid}/stat`)).own, 0)
}

/**
 * Resolves when these processes have nothing more to do, as after clients that went away before they had their answers, or after
 * a minute.
 */
export async function untilIdle(pids: readonly number[], timeOf = processorTime): Promise<void> {
  let before = NaN
  for (let waited = 0; waited < 60_000; waited += PAUSE) {
    const now = timeOf(pids)
    if (now === undefined || now - before <= TICK) return
    before = now
    await sleep(PAUSE)
  }
}

/** The same of the processes that this one has started and that have ended. */
export function processorTimeOfChildren(): number | undefined {
  return process.platform === 'linux' ? parseStat(read('/proc/self/stat')).children : undefined
}

/** The most memory that a process has had so far, in MB; undefined where the system does not say it. */
export function mostMemory(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? NaN) * 1024) / 1e6
}

export function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return []
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

/** proc_pid_stat(5): a process's own time in user and kernel mode, and that of children it has waited for. Milliseconds. */
export function parseStat(text: string): { own: number; children: number } {
  // The name of the program may hold blanks and brackets.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = NaN, system = NaN, childUser = NaN, childSystem = NaN] = fields.slice(11)
  return { own: (user + system) * TICK, children: (childUser + childSystem) * TICK }
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}
