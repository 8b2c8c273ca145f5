import { isLeftOpen } from '@mochi/mirror'
import type { Finding, MirrorStatus, SourceStatus } from '@mochi/mirror'
import { formatSpan, formatTime, markup, renderTable } from '@mochi/page'
import type { Column, Html, Section } from '@mochi/page'
import prettyBytes from 'pretty-bytes'

/** Findings that are shown; `mochi mirror status` has all. */
const MOST_FINDINGS = 20

/** What is brought up to date daily, how old it is, and what upstream did; nothing where nothing is. */
export function renderMirror({ mirror, now }: { readonly mirror: MirrorStatus; readonly now: number }): Section[] {
  const { sources, findings, next, running } = mirror
  if (sources.length === 0 && findings.length === 0) return []
  const progress = running === undefined ? '' : ` Just now: ${running.source}, ${running.done} of ${running.of} done.`
  const due = next === undefined ? 'No run is due.' : `The next run is due at ${formatTime(next)}.`
  return [
    {
      title: 'Mirrored daily',
      content: [
        markup`<p>${due}${progress}</p>`,
        renderTable('What is brought up to date daily', SOURCES, sources.map(sourceRow)),
        markup`<h3>What upstream did</h3>`,
        renderTable(
          'What upstream did',
          FINDINGS,
          findings.slice(0, MOST_FINDINGS).map((each) => findingRow(each, now)),
        ),
      ],
    },
  ]
}

const SOURCES: readonly Column[] = [
  { name: 'Source', is: 'word' },
  { name: 'Held', is: 'number' },
  { name: 'Age', is: 'number' },
  { name: 'Last run', is: 'text' },
]

/** Older than a day and its jitter is an error, here as in `mochi mirror status`. */
function sourceRow({ source, holding, age, isStale, last }: SourceStatus): (string | Html)[] {
  const span = age === undefined ? 'never' : formatSpan(age)
  const old = isStale ? markup`<strong>error: ${span}</strong>` : span
  return [source, `${holding.count} files, ${prettyBytes(holding.bytes)}`, old, lastRun(last)]
}

function lastRun(last: SourceStatus['last']): string {
  if (last === undefined) return 'none'
  const { ended, fetched, failed, faults } = last
  const when = `${formatTime(ended)}: ${fetched} fetched`
  if (failed === 0) return when
  const [first] = faults
  return `${when}, ${failed} failed${first === undefined ? '' : `, first ${first.what}: ${first.reason}`}`
}

const FINDINGS: readonly Column[] = [
  { name: 'About', is: 'text' },
  { name: 'Kind', is: 'word' },
  { name: 'What', is: 'text' },
  { name: 'Found', is: 'number' },
  { name: 'State', is: 'text' },
]

function findingRow(finding: Finding, now: number): string[] {
  const { what, kind, detail, found, acknowledged, id } = finding
  const seen = acknowledged === undefined ? '' : `${acknowledged.by}: ${acknowledged.reason}`
  const state = isLeftOpen(finding) ? `open: ./mochi mirror ack ${id}` : seen
  return [what, kind, detail, `${formatSpan(Math.max(0, now - found))} ago`, state]
}
