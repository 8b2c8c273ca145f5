import { formatRate } from '../coverage.ts'
import type { ReportedTask, TaskStatus } from '../report.ts'
import { readSuites } from '../read-suites.ts'
import { countTests, summarizeProject } from '../summarize-project.ts'
import type { ProjectSummary } from '../summarize-project.ts'
import type { CiReport } from '../report.ts'
import { renderCoverage } from './coverage-table.ts'
import { markup, renderTable } from './markup.ts'
import type { Markup } from './markup.ts'
import { formatDuration } from '../../output/duration.ts'
import { count, formatCount } from './words.ts'

/** Rows of each kind of table on the whole page, shared by the projects, so that no report becomes too large to open. */
const ROWS = 3000
const WHY = 20

/** Every project: what failed first, then by name. */
export function renderProjects({ projects }: Pick<CiReport, 'projects'>): Markup {
  if (projects.length === 0) return markup`<p>No project was affected.</p>\n`
  const rows = Math.max(10, Math.min(200, Math.floor(ROWS / projects.length)))
  const summaries = projects.map(summarizeProject).toSorted(compare)
  return markup`<section aria-labelledby="projects">
<h2 id="projects">Projects <span class="count">${formatCount(projects.length)}</span></h2>
${summaries.map((summary) => renderProject(summary, rows))}</section>
`
}

function compare(a: ProjectSummary, b: ProjectSummary): number {
  if (a.ok !== b.ok) return a.ok ? 1 : -1
  return a.project.name < b.project.name ? -1 : 1
}

function renderProject(summary: ProjectSummary, rows: number): Markup {
  const { project, ok } = summary
  const { why } = project
  const lines = why.slice(0, WHY).map((line) => markup`<li>${line}</li>`)
  const more = why.length > WHY ? markup`<li>${formatCount(why.length - WHY)} more</li>` : undefined
  return markup`<details class="project"><summary><h3>${project.name}</h3> <span class="badge ${ok ? 'good' : 'bad'}">${ok ? 'passed' : 'failed'}</span>
<span class="brief">${brief(summary)}</span></summary>
${why.length > 0 ? markup`<h4>Why it ran</h4><ul class="why">${lines}${more}</ul>\n` : undefined}${renderTasks(project.tasks)}${renderCoverage(project, rows)}${renderTests(summary, rows)}</details>
`
}

function brief({ tests, coverage, ms, project, cached }: ProjectSummary): string {
  const total = tests.passed + tests.failed + tests.skipped
  return [
    total === 0 ? 'no tests' : count(total, 'test'),
    ...(coverage === undefined ? [] : [`${formatRate(coverage.lines)} of lines`]),
    formatDuration(ms),
    ...(cached > 0 ? [`${cached} of ${count(project.tasks.length, 'task')} cached`] : []),
  ].join(' · ')
}

/** How a task ended, and where its result is from. */
const STATUS: Readonly<Record<TaskStatus, readonly [result: string, source: string]>> = {
  success: ['passed', 'run now'],
  failure: ['failed', 'run now'],
  skipped: ['skipped', '–'],
  'local-cache': ['passed', 'local cache'],
  'remote-cache': ['passed', 'shared cache'],
}

function renderTasks(tasks: readonly ReportedTask[]): Markup {
  if (tasks.length === 0) return markup``
  return renderTable({
    caption: 'Tasks',
    columns: [{ title: 'Task' }, { title: 'Result' }, { title: 'From' }, { title: 'Time', figures: true }],
    rows: tasks.map(({ target, status, ms }) => {
      const [result, source] = STATUS[status]
      const look = result === 'passed' ? 'good' : result === 'failed' ? 'bad' : 'dull'
      return [target, markup`<span class="badge ${look}">${result}</span>`, source, formatDuration(ms)]
    }),
  })
}

function renderTests({ project, tests }: ProjectSummary, shown: number): Markup {
  const suites = readSuites(project)
    .suites.map(({ name, cases }) => ({ name, ...countTests(cases) }))
    .toSorted((a, b) => b.failed - a.failed || b.time - a.time)
  if (suites.length === 0) return markup``
  const figures = (title: string) => ({ title, figures: true as const })
  const table = renderTable({
    caption: 'By file',
    columns: [{ title: 'File' }, figures('Passed'), figures('Failed'), figures('Skipped'), figures('Time')],
    rows: suites
      .slice(0, shown)
      .map(({ name, passed, failed, skipped, time }) => [
        markup`<code>${name}</code>`,
        formatCount(passed),
        formatCount(failed),
        formatCount(skipped),
        formatDuration(time * 1000),
      ]),
    more: suites.length > shown ? `${count(suites.length - shown, 'faster file')} more` : undefined,
  })
  const { passed, failed, skipped } = tests
  return markup`<details><summary>Tests: ${formatCount(passed)} passed, ${formatCount(failed)} failed, ${formatCount(skipped)} skipped</summary>
${table}</details>
`
}
