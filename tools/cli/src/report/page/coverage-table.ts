import { findUncovered, formatRate, rate, readCoverage, sumCoverage } from '../coverage.ts'
import type { Coverage } from '../coverage.ts'
import type { FileCoverage } from '../lcov.ts'
import type { ReportedProject } from '../report.ts'
import { markup, renderTable } from './markup.ts'
import type { Markup } from './markup.ts'
import { renderBars } from './verdict.ts'
import { count, formatCount } from './words.ts'

const RANGES = 15

/** What of a project's files did not run, the least covered first; those that ran wholly are only counted. */
export function renderCoverage(project: ReportedProject, shown: number): Markup {
  const files = readCoverage(project)
  const faults = project.thresholds.map((line) => markup`<li>${line}</li>`)
  if (files.length === 0 && faults.length === 0) return markup``
  const gaps = files
    .map((file) => ({ file, coverage: sumCoverage([file]) }))
    .filter(({ coverage }) => !isWhole(coverage))
    .toSorted((a, b) => rate(a.coverage.lines) - rate(b.coverage.lines))
  const whole = files.length - gaps.length
  return markup`<h4>Coverage</h4>
${files.length > 0 ? renderBars(sumCoverage(files)) : undefined}${faults.length > 0 ? markup`<ul class="thresholds">${faults}</ul>\n` : undefined}${gaps.length > 0 ? renderGaps(gaps, project, shown) : undefined}${
    whole > 0
      ? markup`<p class="more">${count(whole, gaps.length > 0 ? 'other file' : 'file')} ran wholly.</p>\n`
      : undefined
  }`
}

type Gap = { file: FileCoverage; coverage: Coverage }

function renderGaps(gaps: readonly Gap[], { folder }: ReportedProject, shown: number): Markup {
  const figures = (title: string) => ({ title, figures: true as const })
  const table = renderTable({
    caption: 'The least covered first',
    columns: [
      { title: 'File' },
      figures('Lines'),
      figures('Branches'),
      figures('Functions'),
      { title: 'Lines not run' },
    ],
    rows: gaps
      .slice(0, shown)
      .map(({ file, coverage }) => [
        markup`<code>${file.file.startsWith(`${folder}/`) ? file.file.slice(folder.length + 1) : file.file}</code>`,
        formatRate(coverage.lines),
        formatRate(coverage.branches),
        formatRate(coverage.functions),
        formatRanges(findUncovered(file)),
      ]),
    more: gaps.length > shown ? `${formatCount(gaps.length - shown)} more, which ran more` : undefined,
  })
  return markup`<details><summary>${count(gaps.length, 'file')} with parts that never ran</summary>
${table}</details>
`
}

function isWhole(coverage: Coverage): boolean {
  return Object.values(coverage).every(({ covered, total }) => covered === total)
}

function formatRanges(ranges: readonly string[]): string {
  if (ranges.length === 0) return 'none'
  const more = ranges.length > RANGES ? ` and ${count(ranges.length - RANGES, 'range')} more` : ''
  return `${ranges.slice(0, RANGES).join(', ')}${more}`
}
