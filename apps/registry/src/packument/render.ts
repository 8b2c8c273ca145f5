import { unscoped } from '../names/package-name.ts'
import type { Dist, Manifest, Packument } from './packument.ts'
import { emptyRecord } from './record.ts'

/** What an installer needs of a manifest as it stands there: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
const INSTALL_KEYS = [
  'name',
  'version',
  'deprecated',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'directories',
  'engines',
  'cpu',
  'os',
  'libc',
  'funding',
  '_hasShrinkwrap',
] as const

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

/**
 * All that is known of a package, as JSON. Its tarballs are below `base`, the registry's address without a slash at its
 * end. The same packument gives the same text.
 */
export function renderFull(packument: Packument, base: string): string {
  return JSON.stringify({
    ...packument,
    versions: mapVersions(packument, (manifest) => ({ ...manifest, dist: distOf(manifest, base) })),
  })
}

/** One version of a package, as JSON. */
export function renderManifest(manifest: Manifest, base: string): string {
  return JSON.stringify({ ...manifest, dist: distOf(manifest, base) })
}

/** What an installer needs of a package, `application/vnd.npm.install-v1+json`, and `time`, which npm's own leaves out. */
export function renderAbbreviated(packument: Packument, base: string): string {
  const { name, time = {} } = packument
  return JSON.stringify({
    name,
    modified: time['modified'],
    'dist-tags': packument['dist-tags'],
    versions: mapVersions(packument, (manifest) => abbreviate(manifest, base)),
    time,
  })
}

function mapVersions(packument: Packument, map: (manifest: Manifest) => object): Record<string, object> {
  const mapped = emptyRecord<object>()
  for (const [version, manifest] of Object.entries(packument.versions)) mapped[version] = map(manifest)
  return mapped
}

function distOf({ name, version, dist }: Manifest, base: string): Dist {
  return { ...dist, tarball: `${base}/${name}/-/${unscoped(name)}-${version}.tgz` }
}

function abbreviate(manifest: Manifest, base: string): object {
  const short: Record<string, unknown> = {}
  for (const key of INSTALL_KEYS) if (manifest[key] !== undefined) short[key] = manifest[key]
  const bundled = manifest['bundleDependencies'] ?? manifest['bundledDependencies']
  if (bundled !== undefined) short['bundleDependencies'] = bundled
  if (hasInstallScript(manifest)) short['hasInstallScript'] = true
  short['dist'] = distOf(manifest, base)
  return short
}

/** Registries do not write it into full packuments, where the scripts themselves are. */
function hasInstallScript({ hasInstallScript, scripts }: Manifest): boolean {
  if (typeof scripts !== 'object' || scripts === null) return hasInstallScript === true
  return hasInstallScript === true || INSTALL_SCRIPTS.some((script) => Object.hasOwn(scripts, script))
}
