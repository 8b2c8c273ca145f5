import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { createFolder } from '@mochi/testing'
import { CONNECTIONS } from './wrk-load.ts'

export type RatedOptions = {
  readonly url: string
  readonly seconds: number
  /** Requests a second, of all clients together. */
  readonly rate: number
  readonly headers?: Readonly<Record<string, string>>
}

/** How many requests were answered in a second, and the milliseconds within which 99 of 100 were. */
export type RatedLoad = { readonly rate: number; readonly p99: number }

/** Why nothing can be asked at a rate here; undefined when it can. */
export function findH2loadFault(env = process.env): string | undefined {
  const { error } = spawnSync('h2load', ['--version'], { env })
  return error === undefined ? undefined : 'It needs `h2load` (Debian: `apt-get install nghttp2-client`).'
}

/**
 * `CONNECTIONS` clients ask at a rate, while this process goes on: not as often as a server can answer, which measures how long a
 * queue is and nothing else. Throws when a request fails.
 */
export async function ratedLoad(options: RatedOptions): Promise<RatedLoad> {
  await using folder = await createFolder()
  const log = folder.join('requests')
  const h2load = spawn('h2load', planH2load(options, log), { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = await Promise.all([text(h2load.stdout), once(h2load, 'close')])
  const [, failed] = / (\d+) failed,/.exec(output) ?? []
  const [, good] = /status codes: (\d+) 2xx,/.exec(output) ?? []
  if (failed !== '0' || good === '0') throw new Error(`requests to ${options.url} failed:\n${output}`)
  return summarizeLog(await readFile(log, 'utf8'), options)
}

/** `log`: a file that is not there yet. */
export function planH2load({ url, seconds, rate, headers = {} }: RatedOptions, log: string): readonly string[] {
  const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const load = ['--h1', '-t1', `-c${CONNECTIONS}`, `--rps=${rate / CONNECTIONS}`]
  return [...load, '--warm-up-time=1', `--duration=${seconds}`, `--log-file=${log}`, ...lines, url]
}

/**
 * Reads a line for each request: when it began, its status, the microseconds that it took. A client whose answer is late asks later than
 * it should have: what it should have asked meanwhile has waited too, each time one interval less, and is counted so. What was not
 * answered at all counts as the whole time.
 */
export function summarizeLog(log: string, { seconds, rate }: Pick<RatedOptions, 'seconds' | 'rate'>): RatedLoad {
  const rows = log.trim().split('\n')
  const failed = rows.find((row) => !/^\d+\t2\d\d\t\d+$/.test(row))
  if (failed !== undefined) throw new Error(`a request failed: ${failed}`)
  const interval = (CONNECTIONS / rate) * 1000
  const times: number[] = []
  for (const row of rows) {
    for (let time = Number(row.split('\t')[2]) / 1000; time > 0; time -= interval) times.push(time)
  }
  const planned = Math.max(rows.length, Math.round(rate * seconds))
  const missing = planned - rows.length
  const slowest = Math.floor(planned / 100)
  times.sort((one, other) => other - one)
  return {
    rate: rows.length / seconds,
    p99: missing > slowest ? seconds * 1000 : (times[slowest - missing] ?? NaN),
  }
}
