import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CompanyFolder } from '../company/storage.ts'

/** What lies on the disk. */
export type Holdings = {
  /** When this was so, in milliseconds since 1970. */
  readonly at: number
  readonly packages: number
  readonly tarballs: number
  /** Of the tarballs. */
  readonly bytes: number
  /** Names of the company's packages. */
  readonly own: readonly string[]
}

export type HoldingsParts = {
  /** The registry's data. */
  readonly data: string
  readonly scopes: readonly string[]
  readonly now: () => number
}

/** Milliseconds for which one count is good enough for everybody: it looks at every tarball. */
const FRESH = 60_000

/** Counts what is held when somebody asks, and at most once a minute. */
export function createHoldings(parts: HoldingsParts): () => Promise<Holdings> {
  const state: { at: number; counting?: Promise<Holdings> } = { at: -Infinity }
  return () => {
    const { now } = parts
    if (state.counting !== undefined && now() - state.at < FRESH) return state.counting
    state.at = now()
    state.counting = count(parts)
    return state.counting
  }
}

async function count({ data, scopes, now }: HoldingsParts): Promise<Holdings> {
  const mirror = join(data, 'mirror')
  const own = new CompanyFolder(join(data, 'company')).names(scopes)
  const packages = (await list(join(mirror, 'packages'))).length
  const held = { tarballs: 0, bytes: 0 }
  // One folder after the other: it is no hurry, and what is asked meanwhile goes first.
  for (const part of await list(join(mirror, 'tarballs'))) {
    const folder = join(mirror, 'tarballs', part)
    const sizes = await Promise.all((await list(folder)).map((name) => sizeOf(join(folder, name))))
    held.tarballs += sizes.length
    held.bytes += sizes.reduce((sum, size) => sum + size, 0)
  }
  return { at: now(), packages, ...held, own: (await own).toSorted() }
}

function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0
}
