import { formatRate, readCoverage, sumCoverage } from './coverage.ts'
import { countFailures } from './count-failures.ts'
import { findAnnotations } from './find-annotations.ts'
import { findFailures } from './find-failures.ts'
import { formatDuration } from '../output/duration.ts'
import { count, formatCount } from './page/words.ts'
import type { Annotation, CiReport } from './report.ts'
import { cleanText } from './xml.ts'

/** GitHub takes 1 MiB of a summary, and a comment of a merge request 1,000,000 characters; nobody reads that much. */
const FAILURES = 50
const PROJECTS = 200
const FLAKES = 50
const CELL = 300

/** The report as Markdown, for a job's summary or a merge request: under 200 kB, whatever happened. */
export function renderMarkdown(report: CiReport): string {
  return [renderVerdict(report), renderFailed(report), renderFlakes(report), renderCoverage(report)]
    .filter((part) => part !== '')
    .join('\n')
}

function renderVerdict(report: CiReport): string {
  const { passed, failed, skipped } = report.counts
  const failures = findFailures(report)
  const ok = failed === 0 && failures.length === 0
  const skips = skipped > 0 ? `, ${formatCount(skipped)} skipped` : ''
  const against =
    report.base === undefined ? 'everything' : `what changed since \`${inCode(report.base.slice(0, 12))}\``
  const verdict = ok ? '✅ Passed' : `❌ Failed: ${countFailures(failures) || formatCount(failed)}`
  return `## ${verdict}${ok ? ':' : ';'} ${count(passed, 'test')} passed${skips}

\`${inCode(report.revision.slice(0, 12))}\` · ${against} · ${count(report.projects.length, 'project')} · ${formatDuration(report.ms)}
`
}

function renderFailed(report: CiReport): string {
  const errors = findAnnotations(report).filter(({ severity }) => severity === 'error')
  const rows = errors.map((found) => [found.title, placeOf(found), found.message.trim().split('\n')[0] ?? ''])
  return renderTable(`Findings (${formatCount(rows.length)})`, ['What', 'Where', 'Why'], rows, FAILURES)
}

function placeOf({ file, line, column }: Annotation): string {
  return [file, line, column].filter((part) => part !== undefined).join(':')
}

function renderFlakes({ flakes }: CiReport): string {
  const rows = flakes.map(({ task, passed, failed, first, last }) => [task, `${passed}`, `${failed}`, first, last])
  return renderTable('Flakes', ['Task', 'Passed', 'Failed', 'First seen', 'Last seen'], rows, FLAKES)
}

function renderCoverage({ projects }: CiReport): string {
  const measured = projects.filter((project) => readCoverage(project).length > 0)
  const rows = measured
    .toSorted((a, b) => b.thresholds.length - a.thresholds.length || (a.name < b.name ? -1 : 1))
    .map((project) => {
      const { lines, branches, functions } = sumCoverage(readCoverage(project))
      return [project.name, ...[lines, branches, functions].map(formatRate), project.thresholds.join('; ')]
    })
  return renderTable('Coverage', ['Project', 'Lines', 'Branches', 'Functions', 'Thresholds not met'], rows, PROJECTS)
}

function renderTable(title: string, heads: readonly string[], rows: readonly string[][], limit: number): string {
  if (rows.length === 0) return ''
  const more = rows.length > limit ? `\n${formatCount(rows.length - limit)} more are in the report.\n` : ''
  const lines = [heads, heads.map(() => '---'), ...rows.slice(0, limit).map((row) => row.map(escapeCell))]
  return `### ${title}\n\n${lines.map((row) => `| ${row.join(' | ')} |\n`).join('')}${more}`
}

/** A text as it is written, in a cell of a table: no markup, no HTML, no link, and no mention of anybody. */
function escapeCell(text: string): string {
  const line = cleanText(text).replaceAll(/\s+/g, ' ').trim()
  const short = line.length > CELL ? `${line.slice(0, CELL - 1)}…` : line
  return short.replaceAll(/[&<>|\\`*_[\]#@!~$]|:(?=[^\s\d])|(?<=www)\./g, (found) => `&#${found.charCodeAt(0)};`)
}

function inCode(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '')
}
