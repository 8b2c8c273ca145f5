import prettyBytes from 'pretty-bytes'
import type { Context, Output } from '../context.ts'
import { paint } from '../output/color.ts'
import type { Style } from '../output/color.ts'
import { formatTable } from '../output/table.ts'
import { cutLine } from '../output/wrap.ts'
import type { ServiceRow } from './read-services.ts'

const STYLES: Partial<Record<ServiceRow['state'], Style>> = {
  running: 'green',
  swapping: 'green',
  waiting: 'red',
  broken: 'red',
  unwatched: 'red',
  starting: 'yellow',
}

type TableContext = Pick<Context, 'stdout' | 'root'>

/** The table that people see. Whose a service is stands in it where one is another checkout's. */
export function formatServices(rows: readonly ServiceRow[], context: TableContext): string {
  return formatRows(rows, context, context.stdout.columns)
}

/** The same for one that is drawn over: each service has one line, which ends where the terminal does. */
export function formatLive(rows: readonly ServiceRow[], context: TableContext): string {
  const lines = formatRows(rows, context, Infinity).split('\n')
  return lines.map((line) => cutLine(line, context.stdout.columns)).join('\n')
}

/** Whether a terminal is there that can draw over what stands in it. */
export function movesCursor({ isTTY }: Output, env: Context['env']): boolean {
  return isTTY && env['TERM'] !== 'dumb'
}

function formatRows(rows: readonly ServiceRow[], { stdout, root }: TableContext, columns: number): string {
  const hasOthers = rows.some(({ checkout }) => isOther(checkout, root))
  const titles = ['service', 'state', 'pid', 'restarts', 'since', 'memory', ...(hasOthers ? ['checkout'] : []), 'url']
  const lines = rows.map((row) => [
    row.name,
    paint(stdout, STYLES[row.state] ?? 'dim', row.state),
    String(row.pid ?? '-'),
    String(row.crashes),
    row.uptime === undefined ? '-' : formatSpan(row.uptime),
    row.memory === undefined ? '-' : prettyBytes(row.memory),
    ...(hasOthers ? [isOther(row.checkout, root) ? (row.checkout ?? '-') : 'this one'] : []),
    row.fault?.split('\n', 1)[0] ?? row.url ?? '-',
  ])
  return `${formatTable([titles.map((title) => paint(stdout, 'bold', title)), ...lines], columns)}\n`
}

function isOther(checkout: string | undefined, root: string): boolean {
  return checkout !== undefined && checkout !== root
}

/** A length of time as people say it: its largest unit, rounded down. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
