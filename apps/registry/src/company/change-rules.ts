import { isDeepStrictEqual } from 'node:util'
import { isAtLeast } from '../tokens/identity.ts'
import type { Group } from '../tokens/identity.ts'
import { asObject } from './publish-rules.ts'
import type { Body } from './publish-rules.ts'
import { refusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import type { Stored, StoredVersion } from './storage.ts'
import { isTag } from './tags.ts'

export type RemovalRules = {
  readonly group: Group
  readonly now: number
  /** Milliseconds after its publication in which a publisher may remove a version; afterwards an administrator may. */
  readonly unpublishWithin: number
}

export type Changing = RemovalRules & {
  readonly body: Body
  readonly stored: Stored
  /** The revision in the path: only such a change removes versions. */
  readonly revision: string | undefined
}

/** What goes on to Verdaccio, made of what is stored: it takes from it deprecations, tags, stars and which versions are left out. */
export type Change = { readonly body: Body; readonly removed: readonly string[] }

/**
 * What a packument without a tarball changes: words of deprecation, dist-tags, and, with a revision, which versions are left. It
 * never changes what a version is: what else differs from what is stored is refused.
 */
export function planChange({ body, stored, revision, ...rules }: Changing): Change | Refusal {
  const given = asObject(body['versions'])
  if (body['name'] !== stored.name || given === undefined) return bad(`the body is no packument of ${stored.name}`)
  const seen = revision ?? body['_rev']
  if (seen !== undefined && seen !== stored._rev) {
    return refusal(
      409,
      'REGISTRY_CHANGED_MEANWHILE',
      `${stored.name} was changed by somebody else meanwhile: try again`,
    )
  }
  const foreign = Object.entries(given).find(([version, manifest]) => !isSame(stored.versions[version], manifest))
  if (foreign !== undefined) {
    return bad(`${foreign[0]} is not as it was published; only its deprecation can be changed`, 403)
  }
  const isLeftOut = (version: string) => revision !== undefined && !Object.hasOwn(given, version)
  const removed = Object.keys(stored.versions).filter(isLeftOut)
  const versions = deprecated(stored.versions, given).filter(([version]) => !isLeftOut(version))
  const tags = asObject(body['dist-tags']) ?? stored['dist-tags']
  return (
    refuseRemoval(stored, removed, rules) ??
    refuseTags(tags, versions) ?? {
      body: { name: stored.name, versions: Object.fromEntries(versions), 'dist-tags': tags, users: stored['users'] },
      removed,
    }
  )
}

/** Why these versions may not be removed. */
export function refuseRemoval(
  stored: Stored,
  versions: readonly string[],
  { group, now, unpublishWithin }: RemovalRules,
): Refusal | undefined {
  if (isAtLeast(group, 'admin')) return undefined
  const old = versions.find((version) => !(now - Date.parse(stored.time?.[version] ?? '') <= unpublishWithin))
  if (old === undefined) return undefined
  const hours = Math.round(unpublishWithin / 3_600_000)
  const error = `${stored.name}@${old} was published more than ${hours} hours ago: deprecate it, or ask an administrator`
  return refusal(403, 'REGISTRY_UNPUBLISH_TOO_LATE', error)
}

/** The address of a tarball is that by which the client reaches us: no part of what is published. */
function isSame(stored: StoredVersion | undefined, given: unknown): boolean {
  const dist = asObject(asObject(given)?.['dist'])
  if (stored === undefined || dist === undefined) return false
  const digests = ({ integrity, shasum }: Body) => ({ integrity, shasum })
  return asObject(given)?.['version'] === stored.version && isDeepStrictEqual(digests(dist), digests(stored.dist))
}

function deprecated(stored: Record<string, StoredVersion>, given: Body): [string, StoredVersion][] {
  return Object.entries(stored).map(([version, manifest]) => {
    const words = asObject(given[version])?.['deprecated']
    return [version, typeof words === 'string' ? { ...manifest, deprecated: words } : manifest]
  })
}

function refuseTags(tags: Body, versions: readonly [string, StoredVersion][]): Refusal | undefined {
  const stray = Object.entries(tags).find(([tag, to]) => !isTag(tag) || !versions.some(([version]) => version === to))
  return stray === undefined ? undefined : bad(`the dist-tag ${stray[0]} points at no version that is there`)
}

function bad(error: string, status = 400): Refusal {
  return refusal(status, 'REGISTRY_CHANGE_INVALID', error)
}
