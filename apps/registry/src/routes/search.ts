import { NeedsWriter } from '../mirror/mirror.ts'
import { createMentionsOwn, isOwn } from '../names/own-scopes.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import type { AskUpstream } from '../uplink/ask-upstream.ts'
import { sendJson } from './route.ts'
import type { Asked, Route } from './route.ts'
import { createSearchPolicy } from './search-policy.ts'
import type { Found, SearchPolicyParts } from './search-policy.ts'

export type SearchParts = SearchPolicyParts & {
  readonly askUpstream: AskUpstream
  /** What the company's store answers at a path to who asks; undefined for who may not read it. Rejects when it is away. */
  readonly askCompany: (path: string, request: Asked['request']) => Promise<unknown>
  readonly scopes: readonly string[]
}

/** Packages at a time. */
const MOST = 250
const LONGEST_TEXT = 256
/** Milliseconds that upstream has: what the company has is shown without it. */
const PATIENCE = 5_000
/** By which npm's own search weighs what it finds. */
const WEIGHTS = ['quality', 'popularity', 'maintenance']

/**
 * The company's packages before upstream's, which are shown as the policy has them. Upstream is never asked for a text that
 * mentions the company's scopes.
 */
export function createSearch(parts: SearchParts): Route {
  const mentionsOwn = createMentionsOwn(parts.scopes)
  const underPolicy = createSearchPolicy(parts)
  return {
    method: 'GET',
    path: /^\/-\/v1\/search$/,
    answer: async ({ request, response, query }) => {
      const text = query.get('text') ?? ''
      if (text.length > LONGEST_TEXT) {
        sendRefusal(
          response,
          refusal(400, 'REGISTRY_SEARCH_TOO_LONG', `a search is for at most ${LONGEST_TEXT} letters`),
        )
        return
      }
      const page = { text, size: numberOf(query.get('size'), 20, MOST), from: numberOf(query.get('from'), 0, 10_000) }
      const own = await searchCompany(parts, request, page)
      if (own === undefined) {
        sendRefusal(response, refusal(503, 'REGISTRY_COMPANY_AWAY', "the company's packages are away: try again"))
        return
      }
      const rest = { text, size: page.size - own.objects.length, from: Math.max(0, page.from - own.total) }
      const others = mentionsOwn(text) ? NOT_ASKED : await searchUpstream(parts, rest, query)
      const objects = [...own.objects, ...(await underPolicy(others.objects))]
      const found = { objects, total: own.total + others.total, time: new Date().toUTCString() }
      sendJson(response, JSON.stringify(found), others.uplink === undefined ? {} : { 'x-mochi-uplink': others.uplink })
    },
  }
}

/** Undefined while the company's store is away. */
async function searchCompany(
  { askCompany }: SearchParts,
  request: Asked['request'],
  page: Page,
): Promise<{ objects: Found[]; total: number } | undefined> {
  try {
    return foundIn(await askCompany(`/-/v1/search?${formatQuery(page).toString()}`, request), page.size)
  } catch (error) {
    if (error instanceof NeedsWriter) throw error
    return undefined
  }
}

type Page = { readonly text: string; readonly size: number; readonly from: number }
type Others = { readonly objects: Found[]; readonly total: number; readonly uplink?: 'away' | 'not-asked' }

const NOT_ASKED: Others = { objects: [], total: 0, uplink: 'not-asked' }

async function searchUpstream(
  { askUpstream, scopes }: SearchParts,
  page: Page,
  given: URLSearchParams,
): Promise<Others> {
  // The total is wanted also where the page is full.
  const query = formatQuery({ ...page, size: Math.max(1, page.size) })
  for (const name of WEIGHTS) {
    const weight = given.get(name) ?? ''
    if (/^[01](\.\d{1,6})?$/.test(weight)) query.set(name, weight)
  }
  const answer = await askUpstream(`/-/v1/search?${query.toString()}`, { time: PATIENCE })
  if (answer.is !== 'answer') return { objects: [], total: 0, uplink: 'away' }
  const { objects, total } = foundIn(answer.value, page.size)
  return { objects: objects.filter(({ package: { name } }) => !isOwn(name, scopes)), total }
}

function formatQuery({ text, size, from }: Page): URLSearchParams {
  return new URLSearchParams({ text, size: String(size), from: String(from) })
}

/** At most so many, whatever was asked for. */
function foundIn(answer: unknown, most: number): { objects: Found[]; total: number } {
  const { objects, total } = (answer ?? {}) as { objects?: unknown; total?: unknown }
  const found = Array.isArray(objects) ? objects.filter(isFound).slice(0, most) : []
  return { objects: found, total: Number.isSafeInteger(total) ? Number(total) : found.length }
}

function isFound(value: unknown): value is Found {
  return typeof (value as Partial<Found> | null)?.package?.name === 'string'
}

function numberOf(text: string | null, usual: number, most: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Math.min(Number(text), most) : usual
}
