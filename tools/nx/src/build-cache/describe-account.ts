import prettyBytes from 'pretty-bytes'
import { errors } from '../errors.ts'
import { formatLine } from './format-line.ts'
import type { Account } from './account.ts'

/** What is to be said of a run's cache, a line each: nothing when all went well, unless it is asked for. */
export function describeAccount(account: Account, { url, isVerbose }: { url: string; isVerbose: boolean }): string[] {
  const { fault, differences, lostMs } = account
  return [
    ...(isVerbose ? [describeCounts(account)] : []),
    ...(fault === undefined ? [] : [formatLine('warning', errors.CACHE_RELAY_FAULT({ url, ...fault, lostMs }))]),
    ...differences.map((difference) => formatLine('warning', errors.CACHE_RELAY_DIFFERENCE(difference))),
  ]
}

function describeCounts({ hits, misses, stored, compared, bytes, lostMs }: Account): string {
  const parts = [
    `${hits} of ${hits + misses} found (${prettyBytes(bytes.received)})`,
    `${stored} stored (${prettyBytes(bytes.sent)})`,
    ...(compared === 0 ? [] : [`${compared} built again and compared`]),
    `${lostMs} ms lost`,
  ]
  return `build cache: ${parts.join(', ')}`
}
