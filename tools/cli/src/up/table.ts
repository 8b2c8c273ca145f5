import { askTree } from '@mochi/supervise'
import type { LauncherStatus } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { formatBytes } from '../output/bytes.ts'
import { paint } from '../output/color.ts'
import type { Style } from '../output/color.ts'
import { formatTable } from '../output/table.ts'
import { readMemory } from './memory.ts'
import type { UpPlace } from './place.ts'

/** One service as it stands. */
export type ServiceRow = {
  readonly name: string
  readonly state: LauncherStatus['phase'] | 'broken'
  readonly url: string | undefined
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

/** What runs in a place, by name. Throws SUPERVISE_NOT_RUNNING. */
export async function readServices(context: Context, { folder }: UpPlace): Promise<readonly ServiceRow[]> {
  const { entries } = await askTree(folder, { do: 'status' })
  const memory = await readMemory(
    context,
    entries.flatMap(({ status }) => status?.pid ?? []),
  )
  return entries.map(({ name, status, fault }) => ({
    name,
    state: status?.phase ?? 'broken',
    url: urlOf(status),
    pid: status?.pid,
    crashes: status?.crashes ?? 0,
    uptime: status?.readySince === undefined ? undefined : Math.max(0, context.clock.now() - status.readySince),
    memory: status?.pid === undefined ? undefined : memory.get(status.pid),
    fault: fault ?? exitOf(status),
  }))
}

function urlOf(status: LauncherStatus | undefined): string | undefined {
  const address = status?.sockets.public
  return address === undefined ? undefined : `http://${address.host}:${address.port}`
}

function exitOf(status: LauncherStatus | undefined): string | undefined {
  if (status?.phase !== 'waiting' || status.lastExit === undefined) return undefined
  const { reason, code, signal } = status.lastExit
  return reason ?? (signal === null ? `ended with code ${code}` : `ended by ${signal}`)
}

const STYLES: Partial<Record<ServiceRow['state'], Style>> = {
  running: 'green',
  swapping: 'green',
  waiting: 'red',
  broken: 'red',
  starting: 'yellow',
}

/** The table that people see. */
export function formatServices(rows: readonly ServiceRow[], { stdout }: Pick<Context, 'stdout'>): string {
  const heading = ['service', 'state', 'pid', 'restarts', 'since', 'memory', 'url'].map((title) =>
    paint(stdout, 'bold', title),
  )
  const lines = rows.map((row) => [
    row.name,
    paint(stdout, STYLES[row.state] ?? 'dim', row.state),
    String(row.pid ?? '-'),
    String(row.crashes),
    row.uptime === undefined ? '-' : formatSpan(row.uptime),
    row.memory === undefined ? '-' : formatBytes(row.memory),
    row.fault ?? row.url ?? '-',
  ])
  return `${formatTable([heading, ...lines], stdout.columns)}\n`
}

/** A length of time as people say it: its largest unit, rounded down. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
