import prettyBytes from 'pretty-bytes'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { formatTable } from '../output/table.ts'
import { findToldClient } from './ask-cache.ts'
import { formatDuration } from '../output/duration.ts'

type Pool = { entries: number; bytes: number; budget: number }

/** What the server tells of itself (apps/cache, `GET /v1/status`). */
export type CacheStatus = {
  scopes: readonly { scope: string; entries: number; bytes: number; hits: number; misses: number; savedMs: number }[]
  budget: { bytes: number; main: Pool; branch: Pool }
  evictions: number
  refusals: number
  /** Seconds. */
  uptime: number
}

/** `mochi cache status`: what the cache holds, and how often it had what was asked for. */
export async function runCacheStatus(context: Context, { json }: JsonFlags): Promise<undefined> {
  const client = await findToldClient(context, { role: 'admin' })
  const found = (await client.ask('v1/status')) as CacheStatus
  if (json) writeJson(context.stdout, { url: client.url, ...found })
  else context.stdout.write(formatStatus(client.url, found, context.stdout.columns))
}

/** Pure. */
export function formatStatus(url: string, status: CacheStatus, columns: number): string {
  const { budget, evictions, refusals, uptime } = status
  const rows = status.scopes.map(({ scope, entries, bytes, hits, misses, savedMs }) => [
    scope,
    String(entries),
    prettyBytes(bytes),
    formatRate(hits, misses),
    formatDuration(savedMs),
  ])
  const table = formatTable([['scope', 'entries', 'size', 'hits of 30 days', 'time saved'], ...rows], columns)
  const used = (name: string, pool: Pool): string => `${name} ${prettyBytes(pool.bytes)} of ${prettyBytes(pool.budget)}`
  return [
    `${url}, up ${formatDuration(uptime * 1000)}`,
    `${used('main', budget.main)}; ${used('branches', budget.branch)}; ${evictions} evicted, ${refusals} refused`,
    '',
    table,
    '',
  ].join('\n')
}

function formatRate(hits: number, misses: number): string {
  if (hits + misses === 0) return 'none asked'
  return `${Math.round((100 * hits) / (hits + misses))} % (${hits} of ${hits + misses})`
}
