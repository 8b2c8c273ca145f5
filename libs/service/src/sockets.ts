import type { SocketName } from '@mochi/supervise'
import { errors } from './errors.ts'

/** The first descriptor that a launcher or systemd hands on. */
const FIRST = 3
const NAMES = ['public', 'internal'] as const satisfies readonly SocketName[]

/** Descriptors of the listening sockets that somebody else has opened for this process. */
export type InheritedSockets = { readonly public: number; readonly internal?: number | undefined }

type Variables = Record<string, string | undefined>

/**
 * The sockets that a launcher or systemd passes, after sd_listen_fds(3): fd 3 and up, `LISTEN_FDS` of them, named by
 * `LISTEN_FDNAMES` (`public`, `internal`). Names of others, such as systemd's of a unit, count by position. Undefined when
 * there are none, or when `LISTEN_PID` says that they are another process's. Throws SERVICE_SOCKETS_INVALID.
 */
export function inheritedSockets(env: Readonly<Variables>, pid: number): InheritedSockets | undefined {
  const { LISTEN_FDS: count, LISTEN_FDNAMES: text, LISTEN_PID: owner } = env
  if (count === undefined || (owner !== undefined && owner !== String(pid))) return undefined
  const given = text === undefined || text === '' ? [] : text.split(':')
  const isKnown = given.some((name) => NAMES.includes(name as 'public'))
  const names = isKnown ? given : NAMES.slice(0, Number(count))
  const fits = /^[12]$/.test(count) && names.length === Number(count) && names.includes('public')
  if (!fits || !names.every((name) => NAMES.includes(name as 'public')) || new Set(names).size !== names.length) {
    throw errors.SERVICE_SOCKETS_INVALID({ count, names: text ?? '' })
  }
  const internal = names.indexOf('internal')
  return { public: FIRST + names.indexOf('public'), internal: internal === -1 ? undefined : FIRST + internal }
}

/**
 * The sockets of another process, which it has left in the environment of this one (a wrapper that systemd started, say):
 * its number. This process has none of them.
 */
export function ownerOfSockets({ LISTEN_FDS: count, LISTEN_PID: owner }: Readonly<Variables>, pid: number) {
  return count === undefined || owner === String(pid) ? undefined : owner
}

/** Removes the variables, so that a process which this one starts does not take the sockets for its own. */
export function forgetSockets(env: Variables): void {
  delete env['LISTEN_FDS']
  delete env['LISTEN_FDNAMES']
  delete env['LISTEN_PID']
}
