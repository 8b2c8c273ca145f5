import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is said about the cache; whether it makes sense is looked at where it is used. */
export type CacheKey = {
  readonly url: string
  /** Where the url stands, for errors. */
  readonly origin: string
  readonly insecure: boolean
  /** 0: never. */
  readonly compare: number
}

/**
 * Whether and where this workspace shares a cache. The only thing that a run without one pays for, so it reads mochi.json
 * and no more; its faults are told by `./mochi check`. `MOCHI_CACHE_URL` replaces the url there, and turns it off when
 * it is empty.
 */
export function findCache(root: string, env: Readonly<Record<string, string | undefined>>): CacheKey | undefined {
  const override = env['MOCHI_CACHE_URL']
  if (override === '') return undefined
  const { url = '', insecure, compare } = readKey(join(root, 'mochi.json'))
  const named = override ?? (typeof url === 'string' ? url : '')
  if (named === '') return undefined
  return {
    url: named,
    origin: override === undefined ? 'cache.url in mochi.json' : '$MOCHI_CACHE_URL',
    // For the address that it stands beside: whoever sets a variable has not been asked.
    insecure: insecure === true && named === url,
    compare: typeof compare === 'number' && compare >= 1 ? compare : 0,
  }
}

type Key = { url?: unknown; insecure?: unknown; compare?: unknown }

function readKey(path: string): Key {
  try {
    const text = readFileSync(path, 'utf8')
    if (!text.includes('"cache"')) return {}
    return (JSON.parse(text) as { cache?: Key | null }).cache ?? {}
  } catch {
    return {}
  }
}
