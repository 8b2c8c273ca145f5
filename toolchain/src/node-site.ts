import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'
import { NODE_SITE } from './artifact-store.ts'
import { reasonOf } from './packument.ts'

/** What Node's download site says about the archives of one version, or why it says nothing. */
export type SiteAnswer =
  { kind: 'digests'; digests: Readonly<Record<Platform, string>> } | { kind: 'silent'; address: string; reason: string }

const DEADLINE_MS = 30_000

/** Path of an archive below the site's dist folder. */
export function sitePath(version: string, platform: Platform): string {
  return `v${version}/node-v${version}-${platform}.tar.gz`
}

/** Reads `SHASUMS256.txt` of a version: lines of digest, two spaces, file name. Never throws: silence is an answer. */
export async function askSite(options: {
  version: string
  fetch: typeof fetch
  nodeSite?: string | undefined
}): Promise<SiteAnswer> {
  const address = `${(options.nodeSite ?? NODE_SITE).replace(/\/+$/, '')}/v${options.version}/SHASUMS256.txt`
  try {
    const answer = await options.fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) })
    const text = await answer.text()
    if (!answer.ok) return { kind: 'silent', address, reason: `status ${answer.status}` }
    return parseSums(text, options.version, address)
  } catch (error) {
    return { kind: 'silent', address, reason: reasonOf(error) }
  }
}

function parseSums(text: string, version: string, address: string): SiteAnswer {
  const sums = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, digest, file] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? []
    if (digest !== undefined && file !== undefined) sums.set(file, `sha256:${digest}`)
  }
  const digests = Object.fromEntries(
    PLATFORMS.map((platform) => [platform, sums.get(`node-v${version}-${platform}.tar.gz`)]),
  )
  const lacking = PLATFORMS.find((platform) => digests[platform] === undefined)
  if (lacking !== undefined) return { kind: 'silent', address, reason: `a list without ${lacking}` }
  return { kind: 'digests', digests: digests as Record<Platform, string> }
}
