import { formatSpan, formatTime, markup, renderDocument, renderTable } from '@mochi/page'
import type { Column, Figure, Html, Section } from '@mochi/page'
import prettyBytes from 'pretty-bytes'
import type { MirrorStatus } from '@mochi/mirror'
import type { NotedFault, RefusedVersion } from '../journal.ts'
import { parseExpiry } from '../policy/instant.ts'
import type { PolicySettings } from '../policy/settings.ts'
import type { FaultReason } from '../uplink/uplink-fault.ts'
import type { Holdings } from './holdings.ts'
import { renderMirror } from './render-mirror.ts'

/** Everything that the page shows. Times are milliseconds since 1970. */
export type PageFacts = {
  readonly now: number
  readonly started: number
  readonly holdings: Holdings
  /** Whether who comes may know what the company's packages are called. */
  readonly showsOwn: boolean
  readonly policy: PolicySettings
  readonly refusals: readonly RefusedVersion[]
  readonly uplink: UplinkFacts
  /** What is brought up to date daily. */
  readonly mirror: MirrorStatus
  /** In hex, of the toolchain's installer; undefined where there is none to give. */
  readonly installer: string | undefined
}

export type UplinkFacts = {
  readonly address: string | undefined
  readonly answered: number | undefined
  readonly fault: NotedFault | undefined
  readonly faults: readonly (readonly [FaultReason, number])[]
}

/** Packages of the company whose names are shown. */
const MOST_OWN = 200

/** The page of the registry: what it holds, what it refuses and why, and how upstream is. */
export function renderPage(facts: PageFacts): string {
  const { now, started } = facts
  return renderDocument({
    title: 'Registry',
    since: `As of ${formatTime(now)}; running for ${formatSpan(now - started)}.`,
    figures: figures(facts),
    sections: [
      { title: 'Refusals of the last day', content: [renderRefusals(facts)] },
      ...renderMirror(facts),
      { title: 'Policy', content: renderPolicy(facts) },
      { title: 'Upstream', content: renderUplink(facts) },
      { title: "The company's packages", content: renderOwn(facts) },
      ...renderInstaller(facts),
    ],
  })
}

function figures({ now, holdings, refusals, uplink }: PageFacts): Figure[] {
  const { packages, tarballs, bytes, own } = holdings
  const times = refusals.reduce((sum, refusal) => sum + refusal.times, 0)
  return [
    {
      name: 'Mirrored',
      value: count(packages, 'package'),
      note: `${count(tarballs, 'tarball')}, ${prettyBytes(bytes)}`,
    },
    { name: "The company's own", value: count(own.length, 'package') },
    {
      name: 'Refused in a day',
      value: count(refusals.length, 'version'),
      note: `asked for ${count(times, 'time')} since the start`,
    },
    { name: 'Upstream', ...uplinkState(now, uplink) },
  ]
}

function uplinkState(now: number, { address, answered, fault }: UplinkFacts): Pick<Figure, 'value' | 'note'> {
  if (address === undefined) return { value: 'none', note: 'what is held is all there is' }
  if (fault !== undefined && fault.at >= (answered ?? 0))
    return { value: fault.reason, note: `failed ${ago(now, fault.at)}` }
  if (answered === undefined) return { value: 'not asked', note: 'since the start' }
  return { value: 'answers', note: `last ${ago(now, answered)}` }
}

function renderRefusals({ refusals }: PageFacts): Html {
  const columns = [
    text('Version'),
    word('Rule'),
    text('Why'),
    word('Nearest'),
    number('Times since the start'),
    number('Last'),
  ]
  const rows = refusals.map(({ package: name, version, rule, reason, allowedFrom, nearest, times, last }) => {
    const why = allowedFrom === undefined ? reason : `${reason}; allowed from ${allowedFrom}`
    return [`${name}@${version}`, rule, why, nearest ?? 'none', String(times), formatTime(last)]
  })
  return renderTable('Refusals', columns, rows)
}

function renderPolicy({ policy, now }: PageFacts): Html[] {
  const { cooldown, blocked, waivers } = policy
  const until = (expires: string) => ((parseExpiry(expires) ?? 0) <= now ? `${expires}, over` : expires)
  return [
    markup`<p>Versions wait ${cooldown} after their publication. What cannot be decided is refused.</p>`,
    markup`<h3>Blocked</h3>`,
    renderTable(
      'Blocked',
      ['Package', 'Range', 'Why'].map(text),
      blocked.map(({ package: name, range = '*', reason }) => [name, range, reason]),
    ),
    markup`<h3>Waivers</h3>`,
    renderTable(
      'Waivers',
      [...['Package', 'Range', 'Why', 'Reviewer'].map(text), number('Until')],
      waivers.map(({ package: name, range, reason, reviewer, expires }) => [
        name,
        range,
        reason,
        reviewer,
        until(expires),
      ]),
    ),
  ]
}

function renderUplink({ now, uplink }: PageFacts): Html[] {
  const { address = 'No uplink is configured', fault, faults } = uplink
  const last = fault === undefined ? 'nothing since the start' : `${fault.what} ${ago(now, fault.at)}: ${fault.detail}`
  return [
    markup`<p>${address}. What last went wrong: ${last}.</p>`,
    renderTable(
      'Faults',
      [word('Fault'), number('Times')],
      faults.map(([reason, times]) => [reason, String(times)]),
    ),
  ]
}

function renderOwn({ holdings: { own }, showsOwn }: PageFacts): Html[] {
  if (!showsOwn) return [markup`<p class="soft">Their names are shown to who may read them.</p>`]
  const links = own.slice(0, MOST_OWN).map((name) => markup`<a href="/-/web/detail/${name}">${name}</a> `)
  const rest = own.length - links.length
  if (links.length === 0) return [markup`<p class="soft">None.</p>`]
  return [markup`<p>${links}</p>`, ...(rest > 0 ? [markup`<p class="soft">And ${rest} more.</p>`] : [])]
}

function renderInstaller({ installer }: PageFacts): Section[] {
  if (installer === undefined) return []
  const content = markup`<p><a href="/-/mochi/install">The installer of the toolchain</a>. Its SHA-256 is <code>${installer}</code></p>`
  return [{ title: 'Toolchain', content: [content] }]
}

function text(name: string): Column {
  return { name, is: 'text' }
}

function word(name: string): Column {
  return { name, is: 'word' }
}

function number(name: string): Column {
  return { name, is: 'number' }
}

function count(times: number, what: string): string {
  return `${times} ${what}${times === 1 ? '' : 's'}`
}

function ago(now: number, at: number): string {
  return `${formatSpan(Math.max(0, now - at))} ago`
}
