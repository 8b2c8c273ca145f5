import { spawnSync } from 'node:child_process'

/** What wrk found: how many requests it made, how many came to nothing, and the mean time of one in milliseconds. */
export type Load = { readonly requests: number; readonly failed: number; readonly latency: number }

/** Why nothing can be loaded here; undefined when it can. */
export function findWrkFault(env = process.env): string | undefined {
  const { error } = spawnSync('wrk', ['--version'], { env })
  return error === undefined ? undefined : 'It needs `wrk` (Debian: `apt-get install wrk`).'
}

/** Each of the two loads is of so many clients. */
const CLIENTS = 32

/** The arguments of the two loads at once: one keeps its connections, the other brings a new one for each request. */
export function planLoads(url: string, seconds: number): readonly (readonly string[])[] {
  const load = ['-t1', `-c${CLIENTS}`, `-d${seconds}s`, url]
  return [load, ['-H', 'Connection: close', ...load]]
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

/** Reads what `wrk` prints. Throws when it made no request: a load that did not come about lost nothing either. */
export function parseWrk(output: string): Load {
  const requests = Number(/(\d+) requests in /.exec(output)?.[1] ?? 0)
  const [, latency] = /Latency\s+([\d.]+(?:us|ms|s|m))\b/.exec(output) ?? []
  if (requests === 0 || latency === undefined) throw new Error(`wrk made no request:\n${output}`)
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1) ?? []
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? '0'
  const failed = [...errors, refused].reduce((sum, count) => sum + Number(count), 0)
  return { requests, failed, latency: parseDuration(latency) }
}

/** Milliseconds of a time as `wrk` writes it. NaN for what is none. */
export function parseDuration(text = ''): number {
  const [, value = NaN, unit = ''] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? []
  return Number(value) * (UNITS[unit] ?? NaN)
}

/** Several loads, at the same time or one after the other, as one. */
export function addLoads(loads: readonly Load[]): Load {
  const sum = (of: (load: Load) => number): number => loads.reduce((total, load) => total + of(load), 0)
  const requests = sum((load) => load.requests)
  return {
    requests,
    failed: sum((load) => load.failed),
    latency: sum((load) => load.latency * load.requests) / requests,
  }
}
