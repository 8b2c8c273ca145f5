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

/** Seconds in which all clients come, and that do not count; as long after the end all still ask. */
const MARGIN = 1

/** `log`: a file that is not there yet. */
export function planH2load({ url, seconds, rate, headers = {} }: RatedOptions, log: string): readonly string[] {
  const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const each = Math.ceil((rate / CONNECTIONS) * (seconds + 2 * MARGIN))
  const load = ['--h1', '-t1', `-c${CONNECTIONS}`, `-n${CONNECTIONS * each}`, `--rps=${rate / CONNECTIONS}`]
  return [...load, '-r1', `--rate-period=${pauseBetween(rate)}ms`, `--log-file=${log}`, ...lines, url]
}

/** Of an interval: so many steps of it, one after the other, are everywhere in it and never close to one another. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * Milliseconds between the coming of two clients. Those that come at once would ask at the same moment for ever, and wait for one
 * another: people do not.
 */
function pauseBetween(rate: number): number {
  const faultOf = (pause: number): number => Math.abs(((pause / intervalOf(rate)) % 1) - GOLDEN)
  const pauses = Array.from({ length: 10 }, (_, index) => index + 2)
  return pauses.reduce((best, pause) => (faultOf(pause) < faultOf(best) ? pause : best))
}

/** Milliseconds between two requests of a client. */
function intervalOf(rate: number): number {
  return (CONNECTIONS / rate) * 1000
}

/**
 * Reads a line for each request: when it began, its status, the microseconds that it took. A client whose answer is late asks later than
 * it should have: what it should have asked meanwhile has waited too, each time one interval less, and is counted so. What was not
 * even asked counts as the whole time.
 */
export function summarizeLog(log: string, { seconds, rate }: Pick<RatedOptions, 'seconds' | 'rate'>): RatedLoad {
  const taken = timesOf(log, seconds)
  const waited = taken.flatMap((time) => {
    const missed = Math.max(0, Math.ceil(time / intervalOf(rate)) - 1)
    return Array.from({ length: missed }, (_, index) => time - (index + 1) * intervalOf(rate))
  })
  const planned = Math.max(taken.length, Math.floor(rate * seconds))
  const missing = planned - taken.length
  const slowest = Math.floor(planned / 100)
  const sorted = [...taken, ...waited].sort((one, other) => other - one)
  return {
    rate: taken.length / seconds,
    p99: missing > slowest ? seconds * 1000 : (sorted[slowest - missing] ?? NaN),
  }
}

/** Milliseconds of each request that began in the time that counts. */
function timesOf(log: string, seconds: number): number[] {
  const rows = log.trim().split('\n')
  const failed = rows.find((row) => !/^\d+\t2\d\d\t\d+$/.test(row))
  if (failed !== undefined) throw new Error(`a request failed: ${failed}`)
  const requests = rows.map((row) => row.split('\t').map(Number) as [began: number, status: number, took: number])
  const from = requests.reduce((least, [began]) => Math.min(least, began), Infinity) + MARGIN * 1e6
  return requests.flatMap(([began, , took]) => (began >= from && began < from + seconds * 1e6 ? [took / 1000] : []))
}
