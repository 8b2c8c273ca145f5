import type { Flake } from '../report.ts'
import { shorten } from '../shorten.ts'
import { cleanText } from '../xml.ts'
import { markup, renderTable } from './markup.ts'
import type { Markup } from './markup.ts'
import { formatCount, formatIso } from './words.ts'

const SHOWN = 100
const LONGEST = 2000

/** Tasks that ended both ways with the same inputs, with their history. */
export function renderFlakes(flakes: readonly Flake[]): Markup {
  if (flakes.length === 0) return markup``
  const shown = flakes.slice(0, SHOWN)
  const failures = shown.flatMap(({ task, lastFailure }) =>
    lastFailure === undefined
      ? []
      : [
          markup`<details><summary>How <b>${task}</b> failed last</summary>
<pre>${shorten(cleanText(lastFailure).trim(), LONGEST, 'end')}</pre></details>\n`,
        ],
  )
  return markup`<section aria-labelledby="flakes">
<h2 id="flakes">Flakes <span class="count">${formatCount(flakes.length)}</span></h2>
${renderTable({
  caption: 'Tasks that passed and failed with the same inputs',
  columns: [
    { title: 'Task' },
    { title: 'Passed', figures: true },
    { title: 'Failed', figures: true },
    { title: 'First seen' },
    { title: 'Last seen' },
    { title: 'Inputs' },
  ],
  rows: shown.map(({ task, passed, failed, first, last, hash }) => [
    task,
    formatCount(passed),
    formatCount(failed),
    formatIso(first),
    formatIso(last),
    markup`<code>${hash}</code>`, // prettier-ignore
  ]),
  more: flakes.length > SHOWN ? `${formatCount(flakes.length - SHOWN)} more` : undefined,
})}${failures}</section>
`
}
