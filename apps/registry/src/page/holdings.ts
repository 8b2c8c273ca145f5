import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CompanyFolder } from '../company/storage.ts'
import type { Room } from '../mirror/room.ts'
import { Shared } from '../shared.ts'

/** What lies on the disk. */
export type Holdings = {
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
  /** Keeps the numbers of tarballs. */
  readonly room: Pick<Room, 'held'>
}

/** Counts what is held when somebody asks, once for all who ask at the same time. */
export function createHoldings(parts: HoldingsParts): () => Promise<Holdings> {
  const counting = new Shared<Holdings>()
  return () => counting.run('', () => count(parts))
}

async function count({ data, scopes, room }: HoldingsParts): Promise<Holdings> {
  const [packages, held, own] = await Promise.all([
    readdir(join(data, 'mirror', 'packages')),
    room.held(),
    new CompanyFolder(join(data, 'company')).names(scopes),
  ])
  return { packages: packages.length, tarballs: held.count, bytes: held.bytes, own: own.toSorted() }
}
