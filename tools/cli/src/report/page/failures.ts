import { annotateFailure } from '../find-annotations.ts'
import { findPlace, withoutFrames } from '../annotate-test.ts'
import type { Place } from '../annotate-test.ts'
import type { Failure, TaskFailure } from '../find-failures.ts'
import { shorten } from '../shorten.ts'
import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import { formatCount } from './words.ts'

/** How many failures are shown with their text, and how many of these at once. */
const SHOWN = 200
const OPEN = 20
const PLACES = 50
const LONGEST = 4000

/** What failed, each with its place and message. */
export function renderFailures(failures: readonly Failure[]): Markup {
  if (failures.length === 0) return markup``
  const more = failures.length - SHOWN
  return markup`<section aria-labelledby="failures">
<h2 id="failures">Failures <span class="count">${formatCount(failures.length)}</span></h2>
${failures.slice(0, SHOWN).map((failure, index) => renderFailure(failure, index < OPEN))}${
    more > 0 ? markup`<p class="more">${formatCount(more)} more are in <code>junit.xml</code>.</p>\n` : undefined
  }</section>
`
}

function renderFailure(failure: Failure, open: boolean): Markup {
  const { title, place, body } = failure.kind === 'test' ? describeTest(failure) : describeTask(failure)
  return markup`<details class="failure"${open ? markup` open` : undefined}><summary><h3>${title}</h3>${place}</summary>
${body}</details>
`
}

type Described = { title: string; place: Markup; body: Markup }

function describeTest(failure: Extract<Failure, { kind: 'test' }>): Described {
  const { project, test, text } = failure
  const message = withoutFrames(text)
  const stack = unlessSingle(text.slice(text.indexOf(message) + message.length).trim())
  return {
    title: test.name,
    place: markup`<span class="where">${project.name} · ${renderPlace(findPlace(failure))}</span>`,
    body: markup`<pre>${shorten(message, LONGEST)}</pre>
${stack === '' ? undefined : markup`<pre class="stack">${shorten(stack, LONGEST)}</pre>\n`}`,
  }
}

/** A stack of one line says what stands above it already. */
function unlessSingle(stack: string): string {
  return stack.includes('\n') ? stack : ''
}

function describeTask(failure: TaskFailure): Described {
  const { project, title, text } = failure
  const places = annotateFailure(failure).filter(({ line }) => line !== undefined)
  const output = markup`<pre>${text === '' ? 'It wrote nothing.' : shorten(text, LONGEST, 'end')}</pre>\n`
  const thresholds = project?.thresholds ?? []
  const list = places
    .slice(0, PLACES)
    .map((found) => markup`<li>${renderPlace(found)} ${found.message} <span class="rule">${found.title}</span></li>\n`)
  const faults = failure.target === 'coverage' ? thresholds.map((line) => markup`<li>${line}</li>\n`) : []
  const found = [...faults, ...list]
  return {
    title,
    place: markup`<span class="where">${project === undefined ? 'step of the run' : project.folder}</span>`,
    body:
      found.length === 0
        ? output
        : markup`<ul class="places">${found}</ul>
${places.length > PLACES ? markup`<p class="more">${places.length - PLACES} more</p>` : undefined}<details><summary>What it wrote</summary>
${output}</details>
`,
  }
}

function renderPlace({ file, line, column }: Place): Markup {
  return markup`<code class="place">${[file, line, column].filter((part) => part !== undefined).join(':')}</code>`
}
