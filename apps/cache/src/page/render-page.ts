import { formatSpan, formatTime, markup, renderDocument, renderTable } from '@mochi/page'
import type { Figure, Html } from '@mochi/page'
import prettyBytes from 'pretty-bytes'
import type { Absence } from '../store/entry.ts'
import type { Flake } from '../store/results.ts'
import type { ScopeSummary } from '../store/summary.ts'

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
export function renderPage({ now, started, today, week, pools, evicted, refused, ...facts }: PageFacts): string {
  const made = markup`<p class="soft">Evicted to make room: ${evicted}. Uploads refused: ${refused}.</p>`
  return renderDocument({
    title: 'Build cache',
    since: `As of ${formatTime(now)}; running for ${formatSpan(now - started)}.`,
    figures: [...figures('today', today), ...figures('7 days', week)],
    sections: [
      { title: 'Room', content: [...pools.map(renderPool), made] },
      { title: 'Scopes, 7 days', content: [renderScopes(week)] },
      { title: 'Latest refusals', content: [renderRefusals(facts.refusals)] },
      { title: 'Flakes', content: [renderFlakes(facts.flakes)] },
    ],
  })
}

function figures(when: string, scopes: readonly ScopeSummary[]): Figure[] {
  const sum = (key: 'hits' | 'misses' | 'saved') => scopes.reduce((total, scope) => total + scope[key], 0)
  const [hits, misses] = [sum('hits'), sum('misses')]
  return [
    { name: `Hits, ${when}`, value: formatRate(hits, misses), note: `${hits} of ${hits + misses}` },
    { name: `Saved, ${when}`, value: formatSpan(sum('saved')), note: 'of building' },
  ]
}

function renderPool({ name, entries, bytes, budget }: Pool): Html {
  const words = markup`${name}: ${entries === 1 ? '1 entry' : `${entries} entries`}, ${prettyBytes(bytes)} of ${prettyBytes(budget)}`
  return markup`<p>${words}<meter min="0" max="${budget}" value="${bytes}">${words}</meter></p>`
}

function renderScopes(scopes: readonly ScopeSummary[]): Html {
  return renderTable(
    'Scopes',
    [text('Scope'), ...['Entries', 'Size', 'Hits', 'Saved'].map(number)],
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
  return renderTable(
    'Refusals',
    [...['Reason', 'Scope', 'Writer', 'Hash'].map(text), number('When')],
    refusals.map(({ reason, scope, writer, hash, at }) => [reason, scope, writer, hash, formatTime(at)]),
  )
}

function renderFlakes(flakes: readonly Flake[]): Html {
  return renderTable(
    'Flakes',
    [...['Task', 'Scope', 'Hash'].map(text), ...['Passed', 'Failed', 'Last'].map(number)],
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

const text = (name: string) => ({ name, is: 'text' }) as const
const number = (name: string) => ({ name, is: 'number' }) as const

function formatRate(hits: number, misses: number): string {
  return hits + misses === 0 ? '–' : `${Math.floor((100 * hits) / (hits + misses))} %`
}
