import { findFailures } from './find-failures.ts'
import { renderFailures } from './page/failures.ts'
import { renderFlakes } from './page/flakes.ts'
import { markup } from './page/markup.ts'
import type { Markup } from './page/markup.ts'
import { renderProjects } from './page/projects.ts'
import { pageStyle } from './page/style.ts'
import { isPassed, renderVerdict } from './page/verdict.ts'
import { formatCount } from './page/words.ts'
import type { CiReport } from './report.ts'

/**
 * The report as one HTML page that needs nothing else: no script, no font, no request. What matters stands first; depth
 * is behind `<details>`. Its size has a bound: long lists are cut and say so.
 */
export function renderPage(report: CiReport): string {
  const failures = findFailures(report)
  const verdict = isPassed(report, failures) ? 'Passed' : `${formatCount(report.counts.failed)} failed`
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${verdict}: mochi ci, ${report.revision.slice(0, 12)}</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
${renderVerdict(report, failures)}<main>
${renderJumps(report, failures.length)}${renderFailures(failures)}${renderFlakes(report.flakes)}${renderProjects(report)}</main>
</body>
</html>
`
  return page.text
}

/** Links to the parts that are there, for a page that is long. */
function renderJumps({ flakes, projects }: CiReport, failures: number): Markup | undefined {
  const parts = [
    ['failures', 'Failures', failures],
    ['flakes', 'Flakes', flakes.length],
    ['projects', 'Projects', projects.length],
  ] as const
  const links = parts
    .filter(([, , number]) => number > 0)
    .map(([id, title, number]) => markup`<a href="#${id}">${title} (${formatCount(number)})</a> `)
  return links.length < 2 ? undefined : markup`<nav aria-label="Parts of this page">${links}</nav>\n`
}
