import type { Artifact, Lock } from '@mochi/toolchain'

/** Those of one platform that a registry serves. */
export function npmArtifacts(lock: Pick<Lock, 'artifacts'>, platform: string): Artifact[] {
  return lock.artifacts.filter((artifact) => artifact.platform === platform && artifact.source.startsWith('npm:'))
}

/** `npm:@scope/name@1.0.0` is `/@scope/name/-/name-1.0.0.tgz` at every registry. */
export function pathOfArtifact(source: string): string {
  const match = /^npm:((?:@[^/]+\/)?([^/@]+))@([^@]+)$/.exec(source)
  if (match === null) throw new Error(`${source} is not a package of a registry.`)
  const [, name = '', base = '', version = ''] = match
  return `/${name}/-/${base}-${version}.tgz`
}
