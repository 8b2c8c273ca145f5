import type { Context } from '../context.ts'
import { formatBytes } from '../output/bytes.ts'
import { paint } from '../output/color.ts'
import type { Style } from '../output/color.ts'
import { formatTable } from '../output/table.ts'
import type { ServiceRow } from './read-services.ts'

const STYLES: Partial<Record<ServiceRow['state'], Style>> = {
  running: 'green',
  swapping: 'green',
  waiting: 'red',
  broken: 'red',
  unwatched: 'red',
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
