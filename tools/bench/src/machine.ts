import { readFileSync } from 'node:fs'
import * as os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a figure depends on besides what is measured. Neither the host's name nor its user is in it. */
export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** How many processors were at work while the benchmark did nothing: before it began, and when all that it started had ended. */
  readonly load: { readonly before: number; readonly after: number }
  readonly date: string
}

/** `load`: what `measureLoad` gave before the benchmark and after it. */
export function describeMachine(load: Machine['load'], date = new Date()): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: os.totalmem() / 2 ** 30,
    system: `${distribution()}${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    load,
    date: date.toISOString().slice(0, 10),
  }
}

/** Milliseconds in which a machine shows what else it does. */
const WINDOW = 4000

/**
 * How many processors are at work while nobody here does anything. The load average would not tell: for minutes it counts what the
 * benchmark itself has run.
 */
export async function measureLoad(window = WINDOW): Promise<number> {
  const [start, before] = [performance.now(), os.cpus()]
  await sleep(window)
  return (workOf(os.cpus()) - workOf(before)) / (performance.now() - start)
}

/** Milliseconds in which processors did anything since they were started. */
export function workOf(cpus: readonly Pick<os.CpuInfo, 'times'>[]): number {
  return cpus.reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0)
}

/** Whether others use the machine so much that times say little. */
export function isBusy({ cores, load }: Pick<Machine, 'cores' | 'load'>): boolean {
  return Math.max(load.before, load.after) > cores / 8
}

/** `Debian GNU/Linux 12 (bookworm), `; nothing where there is no os-release file. */
function distribution(): string {
  try {
    return parseOsRelease(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return ''
  }
}

export function parseOsRelease(text: string): string {
  const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(text)?.[1]
  return name === undefined ? '' : `${name}, `
}
