import prettyBytes from 'pretty-bytes'
import type { Absence } from '../store/entry.ts'
import type { Flake } from '../store/results.ts'
import type { ScopeSummary } from '../store/summary.ts'
import { Html, markup } from './html.ts'
import { STYLE } from './style.ts'

export type Pool = { readonly name: string; readonly entries: number; readonly bytes: number; readonly budget: number }

/** Everything that the page shows. */
export type PageFacts = {
  readonly now: number
  readonly started: number
  readonly today: readonly ScopeSummary[]
  readonly week: readonly ScopeSummary[]
  readonly pools: readonly Pool[]
  readonly evicted: number
  readonly refused: number
  readonly refusals: readonly Absence[]
  readonly flakes: readonly Flake[]
}

/** The page of the cache: what it saves, what it holds, what it has refused, and what flakes. */
export function renderPage(facts: PageFacts): string {
  const { now, started, today, week, pools, evicted, refused } = facts
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Build cache</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <header>
          <h1>Build cache</h1>
          <p class="soft">As of ${formatTime(now)}; running for ${formatSpan(now - started)}.</p>
        </header>
        <main>
          <dl class="figures">${[...figures('today', today), ...figures('7 days', week)]}</dl>
          <section>
            <h2>Room</h2>
            ${pools.map(renderPool)}
            <p class="soft">Evicted to make room: ${evicted}. Uploads refused: ${refused}.</p>
          </section>
          <section>
            <h2>Scopes, 7 days</h2>
            ${renderScopes(week)}
          </section>
          <section>
            <h2>Latest refusals</h2>
            ${renderRefusals(facts.refusals)}
          </section>
          <section>
            <h2>Flakes</h2>
            ${renderFlakes(facts.flakes)}
          </section>
        </main>
      </body>
    </html> `.text
}

function figures(when: string, scopes: readonly ScopeSummary[]): Html[] {
  const sum = (key: 'hits' | 'misses' | 'saved') => scopes.reduce((total, scope) => total + scope[key], 0)
  const [hits, misses] = [sum('hits'), sum('misses')]
  return [
    markup`<div>
      <dt>Hits, ${when}</dt>
      <dd>${formatRate(hits, misses)}<small>${hits} of ${hits + misses}</small></dd>
    </div>`,
    markup`<div>
      <dt>Saved, ${when}</dt>
      <dd>${formatSpan(sum('saved'))}<small>of building</small></dd>
    </div>`,
  ]
}

function renderPool({ name, entries, bytes, budget }: Pool): Html {
  const words = markup`${name}: ${entries === 1 ? '1 entry' : `${entries} entries`}, ${prettyBytes(bytes)} of ${prettyBytes(budget)}`
  return markup`<p>${words}<meter min="0" max="${budget}" value="${bytes}">${words}</meter></p>`
}

function renderScopes(scopes: readonly ScopeSummary[]): Html {
  return table(
    ['Scope', 'Entries', 'Size', 'Hits', 'Saved'],
    scopes.map(({ scope, entries, bytes, hits, misses, saved }) => [
      scope,
      String(entries),
      prettyBytes(bytes),
      `${formatRate(hits, misses)} (${hits} of ${hits + misses})`,
      formatSpan(saved),
    ]),
  )
}

function renderRefusals(refusals: readonly Absence[]): Html {
  return table(
    ['Reason', 'Scope', 'Writer', 'Hash', 'When'],
    refusals.map(({ reason, scope, writer, hash, at }) => [reason, scope, writer, hash, formatTime(at)]),
  )
}

function renderFlakes(flakes: readonly Flake[]): Html {
  return table(
    ['Task', 'Scope', 'Hash', 'Passed', 'Failed', 'Last'],
    flakes.map(({ task, scope, hash, passed, failed, last }) => [
      task,
      scope,
      hash,
      String(passed),
      String(failed),
      formatTime(last),
    ]),
  )
}

/** Columns of texts, then those of numbers: the first is what a row is about. */
const TEXTS = new Set(['Scope', 'Reason', 'Writer', 'Task', 'Hash'])

function table(names: readonly string[], rows: readonly (readonly string[])[]): Html {
  if (rows.length === 0) return markup`<p class="soft">None.</p>`
  const kind = (name: string) => (TEXTS.has(name) ? 'text' : 'number')
  const head = names.map((name) => markup`<th class="${kind(name)}" scope="col">${name}</th>`)
  const body = rows.map((row) => {
    const cells = row.map(
      (value, at) => markup`<td class="${kind(names[at] ?? '')}" data-is="${names[at] ?? ''}">${value}</td>`,
    )
    return markup`<tr>
      ${cells}
    </tr> `
  })
  return markup`<table>
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`
}

function formatRate(hits: number, misses: number): string {
  return hits + misses === 0 ? '–' : `${Math.floor((100 * hits) / (hits + misses))} %`
}

function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `3 h 20 min`, of milliseconds. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const
  const first = units.findIndex(([, length]) => seconds >= length)
  if (first === -1) return '0 s'
  const parts = units.slice(first, first + 2).map(([unit, length], at) => {
    const rest = at === 0 ? seconds : seconds % (units[first]?.[1] ?? 1)
    return [Math.floor(rest / length), unit] as const
  })
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
