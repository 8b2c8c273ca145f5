import { isLeftOpen } from '@mochi/mirror'
import type { Finding } from '@mochi/mirror'
import { formatSpan, formatTime, markup, renderDocument, renderTable } from '@mochi/page'
import type { Html, Section } from '@mochi/page'
import prettyBytes from 'pretty-bytes'
import type { Git } from '../git/git.ts'
import type { Board, Entry } from '../mirror/board.ts'
import type { Keeper } from '../mirror/keeper.ts'
import { MOST, readRepository } from './read-repository.ts'
import type { CommitFacts, RefFacts } from './read-repository.ts'

export type PageOptions = {
  readonly git: Git
  readonly keeper: Keeper
  readonly board: Board
  readonly now: () => number
}

/** All repositories: how old, how large, and what somebody should look at. */
export async function renderIndex({ keeper, board, now }: PageOptions): Promise<string> {
  const findings = await keeper.mirrors.findings()
  const names = [...keeper.repositories.keys()]
  const entries = names.map((name) => board.entry(`git:${name}`))
  const stale = entries.filter(({ isStale }) => isStale).length
  const open = findings.filter(isLeftOpen).length
  const bytes = entries.reduce((sum, { holding }) => sum + holding.bytes, 0)
  const rows = names.map((name, index) => {
    const entry = entries[index] ?? board.entry(`git:${name}`)
    const count = findings.filter((finding) => finding.source === `git:${name}` && isLeftOpen(finding)).length
    const link = markup`<a href="/${name}">${name}</a>`
    return [link, formatAge(entry), formatResult(entry), ...[entry.holding.count, count].map(String), size(entry)]
  })
  const columns = [text('Repository'), text('Age'), text('Last run'), ...['Refs', 'Findings', 'Size'].map(number)]
  return renderDocument({
    title: 'Git mirrors',
    since: `As of ${formatTime(now())}.`,
    figures: [
      { name: 'Repositories', value: String(names.length) },
      { name: 'Too old', value: String(stale), note: 'over 26 h, or never' },
      { name: 'To be looked at', value: String(open), note: 'findings' },
      { name: 'On disk', value: prettyBytes(bytes) },
    ],
    sections: [
      { title: 'Repositories', content: [renderTable('Repositories', columns, rows)] },
      renderFindings(findings, now()),
    ],
  })
}

/** One repository: its branches, tags, last commits, and what stays of what upstream rewrote. */
export async function renderRepository(
  options: PageOptions & { readonly host: string },
  name: string,
): Promise<string> {
  const { git, keeper, board, now, host } = options
  const repository = keeper.repositories.get(name)
  if (repository === undefined) throw new Error(`No repository ${name}`)
  const { head, branches, tags, archived, commits } = await readRepository(git, repository)
  const entry = board.entry(`git:${name}`)
  const findings = (await keeper.mirrors.findings()).filter(({ source }) => source === `git:${name}`)
  return renderDocument({
    title: name,
    since: `As of ${formatTime(now())}. git clone ${host}/${name}.git`,
    figures: [
      { name: 'Age', value: formatAge(entry), ...(entry.isStale ? { note: 'too old' } : {}) },
      { name: 'Last run', value: formatResult(entry) },
      { name: 'On disk', value: size(entry) },
      { name: 'Default branch', value: head ?? '–' },
    ],
    sections: [
      renderFindings(findings, now()),
      { title: 'Last commits', content: [renderCommits(commits)] },
      renderRefs('Branches', branches),
      renderRefs('Tags', tags),
      renderRefs('Kept of what upstream rewrote', archived),
      { title: 'All', content: [markup`<p><a href="/">Git mirrors</a></p>`] },
    ],
  })
}

function renderFindings(findings: readonly Finding[], now: number): Section {
  const rows = findings
    .slice(0, MOST)
    .map((finding) => [
      finding.what,
      finding.detail,
      isLeftOpen(finding)
        ? 'to be looked at'
        : `settled${finding.acknowledged ? ` by ${finding.acknowledged.by}` : ''}`,
      markup`<code>${finding.id}</code>`,
      `${formatSpan(Math.max(0, now - finding.found))} ago`,
    ])
  const columns = [...['What', 'Found', 'State', 'Id'].map(text), number('When')]
  return { title: 'Findings', content: [renderTable('Findings', columns, rows)] }
}

function renderRefs(title: string, refs: readonly RefFacts[]): Section {
  const rows = refs.map(({ name, oid, at, subject }) => [name, markup`<code>${oid}</code>`, subject, when(at)])
  const columns = [...['Name', 'Commit', 'Subject'].map(text), number('When')]
  const more: Html[] = refs.length < MOST ? [] : [markup`<p class="soft">The newest ${MOST}.</p>`]
  return { title, content: [renderTable(title, columns, rows), ...more] }
}

function renderCommits(commits: readonly CommitFacts[]): Html {
  const rows = commits.map(({ oid, at, subject, author }) => [markup`<code>${oid}</code>`, subject, author, when(at)])
  return renderTable('Last commits', [...['Commit', 'Subject', 'Author'].map(text), number('When')], rows)
}

const text = (name: string) => ({ name, is: 'text' }) as const
const number = (name: string) => ({ name, is: 'number' }) as const

/** A date of a commit is whatever its author wrote: also one that no calendar has. */
function when(at: number | undefined): string {
  return at === undefined || Math.abs(at) > 8.64e15 ? '–' : formatTime(at)
}

function formatAge({ age, isStale }: Entry): string {
  if (age === undefined) return 'never mirrored'
  return isStale ? `${formatSpan(age)}: too old` : formatSpan(age)
}

function formatResult({ last }: Entry): string {
  if (last === undefined) return 'none'
  return last.failed === 0 ? 'good' : (last.faults[0]?.reason ?? 'failed')
}

function size({ holding }: Entry): string {
  return prettyBytes(holding.bytes)
}
