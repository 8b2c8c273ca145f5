import { readFileSync } from 'node:fs'
import * as os from 'node:os'

/** What a figure depends on besides what is measured. Neither the host's name nor its user is in it. */
export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** How many processes wanted to run, in the minute before the benchmark and in its last one. */
  readonly load: { readonly before: number; readonly after: number }
  readonly date: string
}

/** To be called after the benchmark, with the load that `currentLoad` gave before it. */
export function describeMachine(loadBefore: number, date = new Date()): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: os.totalmem() / 2 ** 30,
    system: `${distribution()}${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    load: { before: loadBefore, after: currentLoad() },
    date: date.toISOString().slice(0, 10),
  }
}

export function currentLoad(): number {
  return os.loadavg()[0] ?? NaN
}

/**
 * Whether others used the machine so much that times say little. A benchmark runs one command after another, but a command
 * of Nx starts workers: alone on two cores, they reach a load of five.
 */
export function isBusy({ cores, load }: Pick<Machine, 'cores' | 'load'>): boolean {
  return load.before > cores / 2 || load.after > cores * 3
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
