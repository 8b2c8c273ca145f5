import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Prune, PrunePlan } from '@mochi/mirror'
import type { Documents } from '../mirror/documents.ts'
import { integrityOf } from '../mirror/integrity.ts'
import type { Room } from '../mirror/room.ts'
import type { Tarballs } from '../mirror/tarballs.ts'
import { parsePackument } from '../packument/packument.ts'
import type { Packument } from '../packument/packument.ts'
import { removedOf } from '../packument/removed.ts'

export type PruneParts = {
  readonly documents: Pick<Documents, 'read' | 'names'>
  readonly tarballs: Pick<Tarballs, 'find'>
  readonly room: Pick<Room, 'free'>
  /** Where tarballs lie, each under its SHA-512. */
  readonly folder: string
  /** Whether a version, or what has this SHA-512 in hex, is named by anything that is mirrored. Rejects where that cannot be said. */
  readonly wanted: () => Promise<Named>
}

export type Named = {
  /** `name@version` */
  readonly versions: ReadonlySet<string>
  readonly digests: ReadonlySet<string>
}

type Item = PrunePlan['items'][number] & { readonly sha512: string }

/**
 * Tarballs that nothing names. What upstream has removed stays: nobody could fetch it again. So do packuments, and bytes of which no packument knows whose
 * they are go.
 */
export function createPrune(parts: PruneParts): Prune {
  const plan = async (): Promise<{ items: Item[]; bytes: number }> => {
    const kept = await findKept(parts, await parts.wanted())
    const items = (await findHeld(parts.folder)).flatMap(({ sha512, bytes }): Item[] => {
      const found = kept.get(sha512)
      return found?.isKept === true ? [] : [{ what: found?.what ?? `sha512 ${sha512.slice(0, 16)}…`, bytes, sha512 }]
    })
    items.sort((first, second) => (first.what < second.what ? -1 : 1))
    return { items, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0) }
  }
  return {
    plan,
    // Planned anew: somebody may have named something since.
    apply: async (shown) => {
      const meant = new Set(shown.items.map(({ what }) => what))
      const removed = (await plan()).items.filter(({ what }) => meant.has(what))
      for (const { sha512, bytes } of removed) {
        await rm(join(parts.folder, sha512.slice(0, 2), sha512), { force: true })
        await parts.room.free(bytes)
      }
      return removed.reduce((sum, { bytes }) => sum + bytes, 0)
    },
  }
}

type Kept = { readonly what: string; readonly isKept: boolean }

/** By their SHA-512: all bytes that packuments or locks know of. */
async function findKept(parts: PruneParts, named: Named): Promise<Map<string, Kept>> {
  const kept = new Map<string, Kept>()
  for (const name of await parts.documents.names()) {
    const document = await parts.documents.read(name, ['brief'])
    // Whose its tarballs are nobody could say.
    if (document === undefined)
      throw new Error(`the packument of ${name} cannot be read: ./mochi mirror sync fetches it again`)
    const { packument } = parsePackument(name, document.forms.brief.toString('utf8'))
    for (const [sha512, each] of await findVersions(parts, packument, named))
      if (kept.get(sha512)?.isKept !== true) kept.set(sha512, each)
  }
  for (const sha512 of named.digests) kept.set(sha512, { what: sha512, isKept: true })
  return kept
}

async function findVersions(
  { tarballs }: PruneParts,
  packument: Packument,
  { versions }: Named,
): Promise<(readonly [sha512: string, Kept])[]> {
  const removed = removedOf(packument)
  const found = Object.values(packument.versions).map(async ({ version, dist }) => {
    const integrity = integrityOf(dist)
    const sha512 = integrity?.algorithm === 'sha1' ? (await tarballs.find(integrity))?.sha512 : integrity?.digest
    const what = `${packument.name}@${version}`
    return sha512 === undefined ? [] : [[sha512, { what, isKept: versions.has(what) || version in removed }] as const]
  })
  return (await Promise.all(found)).flat()
}

async function findHeld(folder: string): Promise<{ sha512: string; bytes: number }[]> {
  const held: { sha512: string; bytes: number }[] = []
  for (const part of await readdir(folder)) {
    for (const sha512 of await readdir(join(folder, part))) {
      const found = await stat(join(folder, part, sha512)).catch(() => undefined)
      if (found !== undefined) held.push({ sha512, bytes: found.size })
    }
  }
  return held
}
