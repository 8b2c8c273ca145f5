import { readFileSync } from 'node:fs'
import * as os from 'node:os'

/** What a figure depends on besides what is measured. Neither the host's name nor its user is in it. */
export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** How many processes wanted to run in the last minute before the benchmark: a busy machine measures badly. */
  readonly load: number
  readonly date: string
}

export function describeMachine(date = new Date()): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: os.totalmem() / 2 ** 30,
    system: `${distribution()}${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    load: os.loadavg()[0] ?? NaN,
    date: date.toISOString().slice(0, 10),
  }
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
