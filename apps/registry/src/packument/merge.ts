import { integrityOf } from '../mirror/integrity.ts'
import type { Dist, Manifest, Packument, ParsedPackument } from './packument.ts'
import { emptyRecord, pick } from './record.ts'
import { removedOf } from './removed.ts'
import type { Removed, RemovedVersions } from './removed.ts'

export type MergeOptions = {
  /** What was held, in its brief form. */
  readonly held: Packument
  /** What upstream says now; undefined: that there is no such package. */
  readonly given: ParsedPackument | undefined
  /** When upstream last said what is held, and now. Milliseconds since 1970. */
  readonly last: number
  readonly now: number
}

/** What becomes of a packument when upstream has another one. */
export type Merge = {
  /** Versions that stay as they are held: upstream has them no more, broken, or with other bytes. */
  readonly kept: readonly string[]
  /** Every version that upstream has removed, whenever it did. */
  readonly removed: RemovedVersions
  readonly changed: readonly ChangedVersion[]
}

/** A version that has other bytes upstream than here. */
export type ChangedVersion = { readonly version: string; readonly ours: string; readonly theirs: string }

/** By which the public registry replaces a package that was malicious as a whole. */
const PLACEHOLDER = /^0\.0\.1-security(\.\d+)?$/

/** Nothing that was held is lost. A version that has come back with its bytes is as it was before. */
export function merge({ held, given, last, now }: MergeOptions): Merge {
  const before = removedOf(held)
  const isReplaced = isPlaceholder(given)
  const [kept, changed, removed] = [[] as string[], [] as ChangedVersion[], emptyRecord<Removed>()]
  const broken = new Set(given?.broken.map(({ version }) => version))
  for (const [version, { dist: ours }] of Object.entries(held.versions)) {
    const theirs = given?.packument.versions[version]?.dist
    const known = before[version]
    if (theirs !== undefined && isSame(ours, theirs)) continue
    kept.push(version)
    if (theirs !== undefined) changed.push({ version, ours: nameOf(ours), theirs: nameOf(theirs) })
    if (theirs === undefined && !broken.has(version))
      removed[version] = { last, by: now, ...known, ...(isReplaced && { isReplaced }) }
    else if (known !== undefined) removed[version] = known
  }
  return { kept, removed, changed }
}

function isPlaceholder(given: ParsedPackument | undefined): boolean {
  const versions = Object.keys(given?.packument.versions ?? {})
  return versions.length > 0 && versions.every((version) => PLACEHOLDER.test(version))
}

/** By the strongest digest that both have: packages of before 2017 got their SHA-512 later. */
function isSame(ours: Dist, theirs: Dist): boolean {
  const [one, other] = [integrityOf(ours), integrityOf(theirs)]
  if (one?.algorithm === other?.algorithm) return one?.digest === other?.digest
  return ours.shasum !== undefined && ours.shasum === theirs.shasum
}

function nameOf(dist: Dist): string {
  const { algorithm = 'no digest', digest = '' } = integrityOf(dist) ?? {}
  return `${algorithm} ${digest}`.trim()
}

/** Upstream's packument with what is kept of ours, `manifests`. A tag of upstream's counts; where it has none any more, ours do. */
export function applyMerge(
  { packument, broken }: ParsedPackument,
  held: Packument,
  manifests: Readonly<Record<string, Manifest>>,
): ParsedPackument {
  const isKept = (version: string): boolean => Object.hasOwn(manifests, version)
  const hasTags = Object.keys(packument['dist-tags']).length > 0
  const merged: Packument = {
    ...packument,
    versions: Object.assign(emptyRecord<Manifest>(), packument.versions, manifests),
    'dist-tags': hasTags ? packument['dist-tags'] : held['dist-tags'],
  }
  if (packument.time !== undefined || held.time !== undefined) {
    const theirs = pick(packument.time ?? {}, (key) => !isKept(key))
    merged.time = Object.assign(theirs, pick(held.time ?? {}, isKept))
  }
  return { packument: merged, broken: broken.filter(({ version }) => !isKept(version)) }
}
