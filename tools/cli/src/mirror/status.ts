import type { Finding, MirrorStatus, SourceStatus } from '@mochi/mirror'
import { isLeftOpen } from '@mochi/mirror'
import prettyBytes from 'pretty-bytes'
import type { MirrorFlags } from '../commands/mirror.ts'
import type { Context, Output } from '../context.ts'
import { paint } from '../output/color.ts'
import { formatDuration } from '../output/duration.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { findMirrors } from './find-mirrors.ts'

/** `mochi mirror status`: how old everything is, and what somebody should look at. 1 when something is too old, failed, or waits for somebody. */
export async function runMirrorStatus(context: Context, { json, instance }: MirrorFlags): Promise<number> {
  const services = await findMirrors(context, instance)
  const sources = services.flatMap(({ status }) => status.sources)
  const findings = services.flatMap(({ status }) => status.findings)
  if (json) writeJson(context.stdout, { services: services.map(({ name, url, status }) => ({ name, url, ...status })) })
  else
    context.stdout.write(
      spellCommands(
        formatStatus(
          context.stdout,
          services.map(({ status }) => status),
        ),
        context,
      ),
    )
  return sources.some(isBad) || findings.some(isLeftOpen) ? 1 : 0
}

function isBad({ isStale, last }: SourceStatus): boolean {
  return isStale || (last?.failed ?? 0) > 0
}

/** Pure. */
export function formatStatus(stdout: Output, services: readonly MirrorStatus[]): string {
  const sources = services.flatMap((status) => status.sources)
  const findings = services.flatMap((status) => status.findings)
  const open = findings.filter(isLeftOpen)
  const rows = sources.map((source) => [
    source.source,
    String(source.holding.count),
    prettyBytes(source.holding.bytes),
    formatAge(stdout, source),
    formatLast(stdout, source),
  ])
  const running = services.flatMap((status) => status.running ?? [])
  return [
    formatTable([['source', 'files', 'size', 'age', 'last run'], ...rows], stdout.columns),
    '',
    ...running.map(({ source, done, of }) => `running: ${source}, ${done} of ${of}\n`),
    ...(open.length === 0 ? [] : [`${formatFindings(open, stdout.columns)}\n`]),
    ...formatNext(sources, open),
  ].join('\n')
}

function formatAge(stdout: Output, { age, isStale }: SourceStatus): string {
  if (age === undefined) return paint(stdout, 'red', 'never')
  const text = formatDuration(age)
  return isStale ? paint(stdout, 'red', `${text}, too old`) : text
}

function formatLast(stdout: Output, { last }: SourceStatus): string {
  if (last === undefined) return '-'
  const { fetched, bytes, failed, faults } = last
  const brought = fetched === 0 ? 'nothing new' : `${fetched} fetched, ${prettyBytes(bytes)}`
  if (failed === 0) return brought
  const [first] = faults
  const more = failed > 1 ? `, and ${failed - 1} more` : ''
  return paint(stdout, 'red', `${failed} failed: ${first?.what ?? ''}: ${first?.reason ?? ''}${more}`)
}

/** What was found, with the ids by which it is acknowledged. */
export function formatFindings(findings: readonly Finding[], columns: number): string {
  return formatTable(
    findings.map(({ id, kind, what, detail }) => [id, kind, `${what}: ${detail}`]),
    columns,
  )
}

function formatNext(sources: readonly SourceStatus[], open: readonly Finding[]): string[] {
  if (open.length > 0) return ['next: ./mochi mirror ack ID --reason TEXT, once you have looked at it', '']
  if (sources.some(isBad)) return ['next: ./mochi mirror sync', '']
  return []
}
