import { formatRate, rate, readCoverage, sumCoverage } from '../coverage.ts'
import type { Coverage, Share } from '../coverage.ts'
import { countFailures } from '../count-failures.ts'
import type { Failure } from '../find-failures.ts'
import type { CiReport } from '../report.ts'
import { isCached } from '../summarize-project.ts'
import { markup } from './markup.ts'
import type { Markup, Part } from './markup.ts'
import { formatDuration } from '../../output/duration.ts'
import { count, formatCount, formatTime } from './words.ts'

/** The head of the page: how the run ended, and what it was. */
export function renderVerdict(report: CiReport, failures: readonly Failure[]): Markup {
  const { passed, failed, skipped } = report.counts
  const ok = isPassed(report, failures)
  const kinds = countFailures(failures)
  const skips = skipped > 0 ? `, ${formatCount(skipped)} skipped` : ''
  return markup`<header class="${ok ? 'good' : 'bad'}">
<h1><span class="sign" aria-hidden="true">${ok ? '✓' : '✗'}</span> ${ok ? 'Passed' : 'Failed'}</h1>
<p class="counts">${formatCount(failed)} failed${kinds === '' ? '' : `: ${kinds}`}; ${count(passed, 'test')} passed${skips}</p>
<dl class="facts">${facts(report).map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
${renderBars(totalCoverage(report))}</header>
`
}

/** Whether nothing at all is wrong: a failure that was not counted counts too. */
export function isPassed({ counts }: Pick<CiReport, 'counts'>, failures: readonly Failure[]): boolean {
  return counts.failed === 0 && failures.length === 0
}

function facts({ revision, base, started, ms, projects, steps }: CiReport): [string, Part][] {
  const tasks = projects.flatMap((project) => project.tasks)
  const thresholds = projects.reduce((sum, project) => sum + project.thresholds.length, 0)
  const measured = projects.some(({ lcov }) => lcov !== undefined)
  return [
    ['Revision', markup`<code>${revision.slice(0, 12)}</code>`],
    ['Compared with', base === undefined ? 'nothing: all projects' : markup`<code>${base.slice(0, 12)}</code>`],
    ['Started', markup`<time datetime="${started.toISOString()}">${formatTime(started)}</time>`],
    ['Took', formatDuration(ms)],
    ['Projects', formatCount(projects.length)],
    ['Tasks', `${formatCount(tasks.length)}, ${formatCount(tasks.filter(isCached).length)} from a cache`],
    ...(steps.length === 0 ? [] : [['Checks', checks(steps)] as [string, Part]]),
    ['Coverage thresholds', thresholds > 0 ? `${thresholds} not met` : measured ? 'met' : 'not measured'],
  ]
}

function checks(steps: CiReport['steps']): string {
  const failed = steps.filter(({ ok }) => !ok)
  return failed.length === 0 ? `${steps.length} passed` : `${failed.length} of ${steps.length} failed`
}

function totalCoverage({ projects }: CiReport): Coverage | undefined {
  const files = projects.flatMap(readCoverage)
  return files.length === 0 ? undefined : sumCoverage(files)
}

/** Lines, branches and functions as bars; the figures stand beside them. */
export function renderBars(coverage: Coverage | undefined): Markup {
  if (coverage === undefined) return markup``
  return markup`<dl class="bars">${renderBar('Lines', coverage.lines)}${renderBar('Branches', coverage.branches)}${renderBar('Functions', coverage.functions)}</dl>\n`
}

function renderBar(name: string, of: Share): Markup {
  return markup`<div><dt>${name}</dt><dd>${formatBar(of)} <span class="of">${of.total === 0 ? 'none' : `${formatCount(of.covered)} of ${formatCount(of.total)}`}</span></dd></div>\n`
}

function formatBar(of: Share): Markup {
  const width = of.total === 0 ? 0 : Math.round(rate(of) * 100)
  return markup`<span class="bar" aria-hidden="true"><span style="width:${width}%"></span></span><b>${formatRate(of)}</b>`
}
