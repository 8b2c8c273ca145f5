import { serviceUrl } from '@mochi/names'
import type { LauncherStatus, LaunchSpec, SocketAddresses, TreeEntry } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { findTree } from './ensure-tree.ts'
import { findUnwatched } from './find-unwatched.ts'
import type { Unwatched } from './find-unwatched.ts'
import { findLogFault } from './log-fault.ts'
import { readMemory } from './memory.ts'
import { checkoutOf, findLaunch } from './launch.ts'
import type { UpPlace } from './place.ts'

/** One service as it stands. */
export type ServiceRow = {
  readonly name: string
  /** `unwatched`: what watched over it was killed; it serves, and nobody starts it again. */
  readonly state: LauncherStatus['phase'] | 'broken' | 'unwatched'
  readonly url: string | undefined
  /** The folder of the checkout whose sources it runs. */
  readonly checkout: string | undefined
  readonly pid: number | undefined
  /** How often it ended without being told to. */
  readonly crashes: number
  /** Milliseconds since it has been serving. */
  readonly uptime: number | undefined
  /** Bytes that its process has in memory. */
  readonly memory: number | undefined
  /** Why it does not run. */
  readonly fault: string | undefined
}

type Row = Omit<ServiceRow, 'memory'>

/** What runs in a place, by name. */
export async function readServices(context: Context, place: UpPlace): Promise<readonly ServiceRow[]> {
  const tree = await findTree(place)
  const rows = await Promise.all(
    tree === undefined
      ? (await findUnwatched(place)).map((unwatched) => describeUnwatched(context, place, unwatched))
      : tree.entries.map((entry) => describe(context, place, entry)),
  )
  const pids = rows.flatMap(({ pid }) => pid ?? [])
  const memory = await readMemory(context, pids)
  return rows.map((row) => ({ ...row, memory: row.pid === undefined ? undefined : memory.get(row.pid) }))
}

async function describe(context: Context, place: UpPlace, { name, status, log, fault }: TreeEntry): Promise<Row> {
  return {
    name,
    state: status?.phase ?? 'broken',
    ...whereabouts(await findLaunch(place, name), status?.sockets),
    pid: status?.pid,
    crashes: status?.crashes ?? 0,
    uptime: uptimeOf(context, status?.readySince),
    fault: fault ?? exitOf(status) ?? (await findLogFault(place, name, log)),
  }
}

async function describeUnwatched(context: Context, place: UpPlace, { name, record }: Unwatched): Promise<Row> {
  return {
    name,
    state: 'unwatched',
    ...whereabouts(await findLaunch(place, name), record.sockets),
    pid: record.pid,
    crashes: 0,
    uptime: uptimeOf(context, record.readySince),
    fault: await findLogFault(place, name, undefined),
  }
}

function uptimeOf({ clock }: Context, readySince: number | undefined): number | undefined {
  return readySince === undefined ? undefined : Math.max(0, clock.now() - readySince)
}

function whereabouts(
  spec: LaunchSpec | undefined,
  { public: address }: SocketAddresses = {},
): Pick<Row, 'url' | 'checkout'> {
  return {
    url: address === undefined ? undefined : serviceUrl(address, spec?.scheme),
    checkout: spec === undefined ? undefined : checkoutOf(spec.folder),
  }
}

function exitOf(status: LauncherStatus | undefined): string | undefined {
  if (status?.phase !== 'waiting' || status.lastExit === undefined) return undefined
  const { reason, code, signal } = status.lastExit
  return reason ?? (signal === null ? `ended with code ${code}` : `ended by ${signal}`)
}
