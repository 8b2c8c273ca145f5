import { fold } from './choose-refs.ts'
import type { Refs } from './listing.ts'

/** A ref whose old commit is no longer part of what upstream has under its name. */
export type Rewrite = {
  readonly ref: string
  readonly old: string
  /** What stands there now; undefined: nothing. */
  readonly now: string | undefined
  /** Where the old commit stays. */
  readonly archive: string
}

export type Publication = {
  /** Orders of `git update-ref --stdin`, a transaction each; none: nothing is new. */
  readonly transactions: readonly (readonly string[])[]
  readonly rewrites: readonly Rewrite[]
  readonly changed: number
}

export type PublicationFacts = {
  /** All refs that are held, archives included. */
  readonly held: Refs
  /** Branches and tags as they will be. */
  readonly wanted: Refs
  /** Whether the old commit of a branch is an ancestor of the new one. */
  readonly isForward: (ref: string) => boolean
  /** `2026-12-31` */
  readonly day: string
}

export const ARCHIVE = 'refs/mochi/archive/'

/**
 * What brings the refs that are held to those that are wanted, with an archive for each one that is rewritten. One transaction, unless a new name
 * cannot stand beside one that goes: then what goes is archived and goes first.
 */
export function planPublication({ held, wanted, isForward, day }: PublicationFacts): Publication {
  const own = [...held].filter(([name]) => !name.startsWith(ARCHIVE))
  const rewritten = own.filter(([name, oid]) => wanted.get(name) !== oid && !isForward(name))
  const archives = archivesFor(
    rewritten.map(([name]) => name),
    held,
    day,
  )
  const rewrites = rewritten.map(([ref, old]) => ({ ref, old, now: wanted.get(ref), archive: archives.get(ref) ?? '' }))
  const keep = rewrites.map(({ archive, old }) => `create ${archive} ${old}`)
  const gone = own.filter(([name]) => !wanted.has(name))
  const remove = gone.map(([name, oid]) => `delete ${name} ${oid}`)
  const write = [...wanted].flatMap(([name, oid]) => {
    const old = held.get(name)
    return old === oid ? [] : [old === undefined ? `create ${name} ${oid}` : `update ${name} ${oid} ${old}`]
  })
  const changed = remove.length + write.length
  const mustGoFirst = blocks(
    gone.map(([name]) => name),
    [...wanted.keys()].filter((name) => !held.has(name)),
  )
  const all = mustGoFirst ? [[...keep, ...remove], write] : [[...keep, ...remove, ...write]]
  return { transactions: all.filter((orders) => orders.length > 0), rewrites, changed }
}

/** Whether a name that goes and one that comes are the same to some disk, or one is the folder of the other. */
function blocks(gone: readonly string[], added: readonly string[]): boolean {
  return added.some(isBelow(gone)) || gone.some(isBelow(added))
}

function isBelow(names: readonly string[]): (name: string) => boolean {
  const set = new Set(names.map(fold))
  return (name) => {
    const parts = fold(name).split('/')
    return parts.some((_, index) => set.has(parts.slice(0, index + 1).join('/')))
  }
}

/** `refs/mochi/archive/2026-12-31/heads/a`, or below `2026-12-31.2` where that is taken, or cannot stand beside what is there. */
function archivesFor(names: readonly string[], held: Refs, day: string): Map<string, string> {
  const places = new Map<string, Place>()
  for (const name of held.keys()) {
    const [, folder = '', rest = ''] = /^refs\/mochi\/archive\/([^/]+)\/(.*)$/.exec(name) ?? []
    if (folder === day || folder.startsWith(`${day}.`)) placeOf(places, folder).add(rest)
  }
  const found = new Map<string, string>()
  for (const name of names) {
    const rest = name.slice('refs/'.length)
    for (let count = 1; !found.has(name); count += 1) {
      const folder = count === 1 ? day : `${day}.${count}`
      if (placeOf(places, folder).tryAdd(rest)) found.set(name, `${ARCHIVE}${folder}/${rest}`)
    }
  }
  return found
}

function placeOf(places: Map<string, Place>, folder: string): Place {
  const place = places.get(folder) ?? new Place()
  places.set(folder, place)
  return place
}

/** Names that stand side by side on every disk. */
class Place {
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()

  add(name: string): void {
    const parts = fold(name).split('/')
    this.#files.add(parts.join('/'))
    for (let end = 1; end < parts.length; end += 1) this.#folders.add(parts.slice(0, end).join('/'))
  }

  tryAdd(name: string): boolean {
    const parts = fold(name).split('/')
    const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
    const whole = parts.join('/')
    if (this.#files.has(whole) || this.#folders.has(whole) || above.some((folder) => this.#files.has(folder)))
      return false
    this.add(name)
    return true
  }
}
