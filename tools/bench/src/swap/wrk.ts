/** What wrk found: how many requests it made, how many came to nothing, and the mean time of one in milliseconds. */
export type Load = { readonly requests: number; readonly failed: number; readonly latency: number }

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

/** Reads what `wrk` prints. Throws when it printed no figures: a load that did not come about lost nothing either. */
export function parseWrk(output: string): Load {
  const requests = /(\d+) requests in /.exec(output)?.[1]
  const [, latency, unit = ''] = /Latency\s+([\d.]+)(us|ms|s|m)\b/.exec(output) ?? []
  if (requests === undefined || latency === undefined) throw new Error(`wrk printed no figures:\n${output}`)
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1) ?? []
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? '0'
  const failed = [...errors, refused].reduce((sum, count) => sum + Number(count), 0)
  return { requests: Number(requests), failed, latency: Number(latency) * (UNITS[unit] ?? NaN) }
}

/** Two loads at the same time as one. */
export function addLoads(one: Load, other: Load): Load {
  const requests = one.requests + other.requests
  const latency = (one.latency * one.requests + other.latency * other.requests) / requests
  return { requests, failed: one.failed + other.failed, latency }
}
