import { createHash } from 'node:crypto'
import type { NewFinding } from '@mochi/mirror'
import type { ChangedVersion, Merge } from '../packument/merge.ts'
import type { Packument } from '../packument/packument.ts'
import { isQuarantined, removedOf } from '../packument/removed.ts'
import type { RemovedVersions } from '../packument/removed.ts'
import { formatInstant } from '../policy/instant.ts'

/** Versions that a finding names one by one. */
const MOST_NAMED = 10

/** What somebody should know of a merge: what upstream removed since the last one, and what has other bytes there. */
export function findingsOf(held: Packument, { removed, changed }: Merge): NewFinding[] {
  const before = removedOf(held)
  const isNew = (version: string, is: (all: RemovedVersions) => boolean): boolean =>
    Object.hasOwn(removed, version) && is(removed) && !is(before)
  const versions = Object.keys(removed)
  const quarantinedIn = (version: string) => (all: RemovedVersions) => {
    const found = all[version]
    return found !== undefined && isQuarantined(found, held.time?.[version])
  }
  const quarantined = versions.filter((version) => isNew(version, quarantinedIn(version)))
  const gone = versions.filter((version) => !quarantined.includes(version) && before[version] === undefined)
  return [
    ...describeRemoved('quarantined', { name: held.name, versions: quarantined, removed }),
    ...describeRemoved('removed', { name: held.name, versions: gone, removed }),
    ...changed.map((each) => describeChanged(held.name, each)),
  ]
}

const WORDS = {
  removed: 'it is kept, and given as before',
  quarantined: 'it is kept, and refused with 403 (removed-upstream) unless a waiver gives it',
}

type RemovedFacts = { readonly name: string; readonly versions: readonly string[]; readonly removed: RemovedVersions }

function describeRemoved(kind: keyof typeof WORDS, { name, versions, removed }: RemovedFacts): NewFinding[] {
  const first = removed[versions[0] ?? '']
  if (first === undefined) return []
  const { last, by, isReplaced } = first
  const more = versions.length - MOST_NAMED
  const named = `${versions.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const what = isReplaced === true ? 'replaced the package by a security placeholder' : 'removed it'
  const detail = `upstream ${what} between ${formatInstant(last)} and ${formatInstant(by)}: ${WORDS[kind]}`
  return [{ id: idOf(kind, name, ...versions, String(last)), kind, what: `${name}@${named}`, detail, isOpen: false }]
}

function describeChanged(name: string, { version, ours, theirs }: ChangedVersion): NewFinding {
  const detail = `upstream has ${shorten(theirs)}, and here it is ${shorten(ours)}: ours is kept`
  return {
    id: idOf('changed', name, version, ours, theirs),
    kind: 'changed',
    what: `${name}@${version}`,
    detail,
    isOpen: true,
  }
}

/** A digest as people compare it. */
export function shorten(digest: string): string {
  return digest.replace(/([0-9a-f]{16})[0-9a-f]+/, '$1…')
}

/** The same for the same fact. */
export function idOf(kind: string, ...facts: readonly string[]): string {
  return `${kind}-${createHash('sha256').update(facts.join(' ')).digest('hex').slice(0, 12)}`
}
