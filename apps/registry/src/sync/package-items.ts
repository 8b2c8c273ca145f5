import { Final } from '@mochi/mirror'
import type { Applied, NewFinding, Plan, PlanItem, Work } from '@mochi/mirror'
import type { Documents } from '../mirror/documents.ts'
import { idOf, shorten } from '../mirror/findings.ts'
import { integrityOf } from '../mirror/integrity.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Tarballs } from '../mirror/tarballs.ts'
import { parsePackument } from '../packument/packument.ts'
import type { Packument } from '../packument/packument.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { Wanted, WantedVersion } from './wanted.ts'

export type PackagesParts = {
  readonly mirror: Pick<Mirror, 'renew' | 'tarball'>
  readonly documents: Pick<Documents, 'read'>
  readonly tarballs: Pick<Tarballs, 'find'>
  /** Remembers what somebody should know about upstream. */
  readonly note: (finding: NewFinding) => Promise<void>
}

/** A package of which upstream is asked for news, and versions of it that are fetched. */
export type PackageItem = PlanItem & { readonly missing: readonly WantedVersion[] }

/**
 * What is to do for versions that are wanted. Tarballs lie under their digests: whether one is held takes a look at the disk, and no packument where the
 * lock file has the digest.
 */
export async function planPackages(
  parts: PackagesParts,
  { packages, unobtainable }: Wanted,
): Promise<Plan<PackageItem>> {
  const items = await Promise.all([...packages].map(([name, versions]) => planPackage(parts, name, versions)))
  const wanted = [...packages.values()].reduce((sum, versions) => sum + versions.length, 0)
  const missing = items.reduce((sum, { fetches }) => sum + fetches, 0)
  return { wanted, held: wanted - missing, items, unobtainable }
}

async function planPackage(
  parts: PackagesParts,
  name: string,
  versions: readonly WantedVersion[],
): Promise<PackageItem> {
  const known = versions.every(({ integrity }) => integrity !== undefined)
    ? undefined
    : await readPackument(parts, name)
  const held = await Promise.all(versions.map((wanted) => isHeld(parts, wanted, known)))
  const missing = versions.filter((_, index) => held[index] === false)
  const numbers = missing.map(({ version }) => version).join(', ')
  const what = missing.length === 0 ? `ask for news of ${name}` : `fetch ${name} ${numbers}`
  return { id: name, what, fetches: missing.length, missing }
}

async function isHeld(
  { tarballs }: PackagesParts,
  { version, integrity }: WantedVersion,
  known: Packument | undefined,
): Promise<boolean> {
  const dist = integrity === undefined ? known?.versions[version]?.dist : { tarball: '', integrity }
  const digest = dist && integrityOf(dist)
  return digest !== undefined && (await tarballs.find(digest)) !== undefined
}

async function readPackument({ documents }: PackagesParts, name: string): Promise<Packument | undefined> {
  const document = await documents.read(name, ['brief'])
  return document && parsePackument(name, document.forms.brief.toString('utf8')).packument
}

/** Asks for news of a package, and fetches of it what is missing: every version, also when another one cannot be had. */
export async function applyPackage(
  parts: PackagesParts,
  { id: name, missing }: PackageItem,
  work: Work,
): Promise<Applied> {
  const news = await parts.mirror.renew(name)
  if (news.is === 'absent') throw new Final(`upstream says that there is no package ${name}`)
  if (news.is === 'away' || news.fault !== undefined) throw asFailure([news.fault])
  if (missing.length === 0) return { fetched: 0 }
  const packument = await readPackument(parts, name)
  const faults: unknown[] = []
  for (const wanted of missing) {
    await fetchVersion(parts, { wanted, name, packument, work }).catch((error: unknown) => faults.push(error))
    work.signal.throwIfAborted()
  }
  if (faults.length > 0) throw asFailure(faults)
  return { fetched: missing.length }
}

type Fetching = {
  readonly wanted: WantedVersion
  readonly name: string
  readonly packument: Packument | undefined
  readonly work: Work
}

/** The policy does not matter here: what waits is held, and refused until it may be given. */
async function fetchVersion(
  { mirror, note }: PackagesParts,
  { wanted, name, packument, work }: Fetching,
): Promise<void> {
  const { version, integrity, by } = wanted
  const manifest = packument?.versions[version]
  if (manifest === undefined) throw new Final(`upstream has no ${name}@${version}, which ${by} names`)
  const [found, locked] = [
    integrityOf(manifest.dist),
    integrityOf({ tarball: '', ...(integrity !== undefined && { integrity }) }),
  ]
  if (locked !== undefined && found?.algorithm === locked.algorithm && found.digest !== locked.digest) {
    await note(otherBytes({ name, version, by }, locked.digest, found.digest))
    throw new Final(`${name}@${version} of upstream has other bytes than ${by} names`)
  }
  await mirror.tarball({ manifest, published: packument?.time?.[version], ...work })
}

function otherBytes(
  { name, version, by }: { name: string; version: string; by: string },
  locked: string,
  found: string,
): NewFinding {
  const detail = `${by} names sha512 ${shorten(locked)}, and here it is ${shorten(found)}: nothing was fetched`
  return {
    id: idOf('changed', name, version, locked, found),
    kind: 'changed',
    what: `${name}@${version}`,
    detail,
    isOpen: true,
  }
}

/** One failure of all that went wrong; final where nothing of it can be another time. */
export function asFailure(faults: readonly unknown[]): Error {
  const message = faults.map((fault) => (fault as Error).message).join('; ')
  return faults.every(isFinal) ? new Final(message) : new Error(message, { cause: faults[0] })
}

/** Bytes that were damaged on their way may be whole the next time. */
function isFinal(fault: unknown): boolean {
  if (fault instanceof Final) return true
  if (!(fault instanceof UplinkFault)) return false
  const { kind, reason } = fault
  return (kind === 'refused' && reason !== 'wrong-digest') || reason === 'none' || reason === 'no-room'
}
