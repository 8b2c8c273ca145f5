import { createHash } from 'node:crypto'
import { createRandom } from '@mochi/testing'

/** A package that exists for a benchmark alone. */
export type MadePackage = { readonly name: string; readonly versions: readonly MadeVersion[] }
export type MadeVersion = {
  readonly version: string
  readonly bytes: Buffer
  /** Below the address of a registry. */
  readonly path: string
}

/** So long ago that no cooldown holds them back. */
const PUBLISHED = '2020-01-01T00:00:00.000Z'

/** `1.0.1` to `1.0.<count>`, each of so many bytes of its own: registries look at their digest alone. */
export function makePackage(name: string, { count, size }: { count: number; size: number }): MadePackage {
  const pattern = createPattern(size)
  const versions = Array.from({ length: count }, (_, index) => {
    const version = `1.0.${index + 1}`
    const bytes = Buffer.from(pattern)
    bytes.write(version, 0)
    return { version, bytes, path: `/${name}/-/${name}-${version}.tgz` }
  })
  return { name, versions }
}

/** Nothing that anybody could compress on the way. */
function createPattern(size: number): Buffer {
  const random = createRandom(size)
  return Buffer.from(Array.from({ length: size }, () => random.integer(0, 255)))
}

/** Its full packument, with tarballs below `base`. */
export function packumentOf({ name, versions }: MadePackage, base: string): string {
  const manifests = versions.map(
    ({ version, bytes, path }) => [version, { name, version, dist: distOf(bytes, `${base}${path}`) }] as const,
  )
  const times = versions.map(({ version }) => [version, PUBLISHED] as const)
  return JSON.stringify({
    _id: name,
    name,
    'dist-tags': { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(manifests),
    time: { created: PUBLISHED, modified: PUBLISHED, ...Object.fromEntries(times) },
  })
}

/** What a packument says of the bytes of a tarball. */
export function distOf(bytes: Uint8Array, tarball: string) {
  return {
    tarball,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
  }
}
