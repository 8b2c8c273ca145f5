import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Load } from '../cache/loads.ts'
import { processorTimeOfChildren } from '../cache/processor-time.ts'
import { parseDuration, parseWrk } from '../swap/wrk.ts'

/** All at once, each on a connection of its own that it keeps. */
export const CONNECTIONS = 64

export type WrkOptions = {
  readonly url: string
  readonly seconds: number
  readonly headers?: Readonly<Record<string, string>>
  /** Ask for `<url><number><suffix>`, in no order, with numbers from 1 to `count`. */
  readonly numbered?: { readonly count: number; readonly suffix: string }
}

/** `p99`: milliseconds within which 99 of 100 requests were answered. */
export type WrkLoad = Load & { readonly p99: number }

/** Loads with `CONNECTIONS` clients, while this process goes on. Throws when a request fails. */
export async function wrkLoad(options: WrkOptions): Promise<WrkLoad> {
  const before = processorTimeOfChildren()
  const wrk = spawn('wrk', planWrk(options), { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = await Promise.all([text(wrk.stdout), once(wrk, 'close')])
  const { requests, failed } = parseWrk(output)
  if (failed > 0) throw new Error(`${failed} of ${requests} requests to ${options.url} failed`)
  const after = processorTimeOfChildren()
  return {
    requests,
    ms: parseDuration(/ requests in (\S+),/.exec(output)?.[1]),
    clients: before === undefined || after === undefined ? undefined : after - before,
    p99: parseDuration(/^ +99% +(\S+)$/m.exec(output)?.[1]),
  }
}

export function planWrk({ url, seconds, headers = {}, numbered }: WrkOptions): readonly string[] {
  const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  // One thread can ask one server for small answers, and takes less away from it than two; bytes of many files need both.
  const threads = numbered === undefined ? '-t1' : '-t2'
  const load = [threads, `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '60s', '--latency', ...lines]
  if (numbered === undefined) return [...load, url]
  const { origin, pathname } = new URL(url)
  const script = fileURLToPath(new URL('../cache/get.lua', import.meta.url))
  return [...load, '-s', script, origin, '--', pathname, String(numbered.count), numbered.suffix]
}
