import type { BrokenVersion, Dist, Manifest, Packument, ParsedPackument } from './packument.ts'
import { emptyRecord } from './record.ts'
import type { RemovedVersions } from './removed.ts'

/**
 * A packument with nothing in it but what verdicts are made of and what tells which bytes a version has: a fiftieth of its size.
 * It is parsed as any other; versions that were broken are broken in it too. It alone says what upstream has removed.
 */
export function renderBrief({ packument, broken }: ParsedPackument, removed: RemovedVersions = {}): string {
  return JSON.stringify({
    name: packument.name,
    'dist-tags': packument['dist-tags'],
    time: packument.time,
    versions: versionsOf(packument, broken),
    ...(Object.keys(removed).length > 0 && { removed }),
  })
}

function versionsOf({ versions }: Packument, broken: readonly BrokenVersion[]): Record<string, object> {
  const brief = emptyRecord<object>()
  for (const { version } of broken) brief[version] = {}
  for (const [version, manifest] of Object.entries(versions)) brief[version] = briefOf(manifest)
  return brief
}

function briefOf({ name, version, dist }: Manifest): Manifest {
  const { tarball, integrity, shasum, signatures } = dist
  const short: Dist = { tarball }
  if (integrity !== undefined) short.integrity = integrity
  if (shasum !== undefined) short.shasum = shasum
  if (signatures !== undefined) short.signatures = signatures
  return { name, version, dist: short }
}
