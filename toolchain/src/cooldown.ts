import type { MochiError } from '@mochi/errors'
import { errors } from './errors.ts'
import type { Packument } from './packument.ts'
import { compareVersions, isStable } from './versions.ts'

/** How old a version must be at which moment. */
export type Cooldown = { hours: number; now: Date }

/** Why the version of a package must not be locked yet, or undefined when it may. */
export function faultOfAge(
  at: { package: string; version: string },
  packument: Packument,
  cooldown: Cooldown & { nearest: string | undefined },
): MochiError | undefined {
  if (cooldown.hours === 0) return undefined
  const published = publishTime(packument, at.version)
  if (published === undefined) return errors.TOOLCHAIN_COOLDOWN_UNDECIDED(at)
  const allowed = published + cooldown.hours * 3_600_000
  if (allowed <= cooldown.now.getTime()) return undefined
  const { nearest } = cooldown
  return errors.TOOLCHAIN_COOLDOWN({ ...at, allowed: new Date(allowed).toISOString(), nearest })
}

/**
 * The newest version that every one of the packages has, with a SHA-512, past its cooldown, neither deprecated nor a
 * pre-release; undefined when there is none.
 */
export function newestAllowed(packuments: readonly Packument[], cooldown: Cooldown): string | undefined {
  const [first, ...rest] = packuments
  return Object.keys(first?.versions ?? {})
    .filter((version) => isStable(version))
    .sort((left, right) => compareVersions(right, left))
    .find((version) =>
      [...(first === undefined ? [] : [first]), ...rest].every((at) => isAllowed(at, version, cooldown)),
    )
}

function isAllowed(packument: Packument, version: string, cooldown: Cooldown): boolean {
  const manifest = packument.versions[version]
  if (manifest === undefined || (manifest.deprecated !== undefined && manifest.deprecated !== false)) return false
  if (sha512Of(manifest.dist?.integrity) === undefined) return false
  return faultOfAge({ package: '', version }, packument, { ...cooldown, nearest: undefined }) === undefined
}

function publishTime(packument: Packument, version: string): number | undefined {
  const text = packument.time?.[version]
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** The lock's form of a subresource integrity (https://www.w3.org/TR/SRI/); undefined without a SHA-512 in it. */
export function sha512Of(integrity: string | undefined): string | undefined {
  const base64 = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)(?:\?|\s|$)/.exec(integrity ?? '')?.[1]
  return base64 === undefined ? undefined : `sha512:${Buffer.from(base64, 'base64').toString('hex')}`
}
