import { branchScope, toBranchName } from '@mochi/build-cache'
import type { Grant } from '@mochi/build-cache'

export type Claims = Readonly<Record<string, unknown>>

/** What of a CI's configuration decides by claims. */
export type IssuerRules = {
  readonly project: Readonly<Record<string, string>>
  readonly main: Readonly<Record<string, string>>
}

/**
 * What starts a run of the main branch by people who may push to it. Others, such as GitHub's `pull_request_target` and
 * `workflow_run`, say that they run for main too, and have a stranger's files in their hands.
 */
const TRUSTED: Readonly<Record<string, ReadonlySet<string>>> = {
  event_name: new Set(['push', 'schedule', 'workflow_dispatch']),
  pipeline_source: new Set(['push', 'schedule', 'web', 'api', 'trigger']),
}

/** Whether the run belongs to the project that the cache is for. */
export function isOfProject({ project }: IssuerRules, claims: Claims): boolean {
  return matches(project, claims)
}

/**
 * The grant of a CI's run, by the claims of its verified token: main for a run of the main branch that nobody else than its
 * people can have started, otherwise the scope of its branch or pull request. In words why there is none.
 */
export function grantOfClaims(rules: IssuerRules, claims: Claims): Grant | string {
  const expires = new Date(Number(claims['exp']) * 1000)
  const id = textOf(claims['jti']) ?? 'none'
  const common = { writer: writerOf(claims), expires, id }
  if (isMain(rules, claims)) return { ...common, role: 'main', scope: 'main' }
  const branch = branchOfClaims(claims)
  if (branch === undefined) return 'it names no ref'
  return { ...common, role: 'branch', scope: branchScope(toBranchName(branch)) }
}

function isMain({ main }: IssuerRules, claims: Claims): boolean {
  const type = claims['ref_type']
  return matches(main, claims) && untrustedStart(claims) === undefined && (type === undefined || type === 'branch')
}

function untrustedStart(claims: Claims): string | undefined {
  for (const [claim, trusted] of Object.entries(TRUSTED)) {
    const start = textOf(claims[claim])
    if (claims[claim] !== undefined && (start === undefined || !trusted.has(start))) return start ?? 'unknown'
  }
  return undefined
}

/**
 * A pull request has a name that no branch has: who can open one could otherwise write what the branch of that name reads. The
 * same holds for runs that somebody else's doing has started.
 */
function branchOfClaims(claims: Claims): string | undefined {
  const ref = textOf(claims['ref_path']) ?? textOf(claims['ref'])
  if (ref === undefined || ref === '') return undefined
  const pull = /^refs\/(?:pull|merge-requests)\/(\d+)\//.exec(ref)?.[1]
  if (pull !== undefined) return `pr-${pull}`
  const start = untrustedStart(claims)
  if (start !== undefined) return `events/${start}/${ref.replace(/^refs\/heads\//, '')}`
  if (ref.startsWith('refs/heads/')) return ofHead(ref.slice('refs/heads/'.length))
  if (ref.startsWith('refs/')) return ref
  return claims['ref_type'] === 'tag' ? `refs/tags/${ref}` : ofHead(ref)
}

function ofHead(name: string): string {
  return /^(?:pr-\d+$|events\/|heads\/|refs\/)/.test(name) ? `heads/${name}` : name
}

function writerOf(claims: Claims): string {
  const [repository, run] = [textOf(claims['repository']), textOf(claims['run_id'])]
  const [path, pipeline] = [textOf(claims['project_path']), textOf(claims['pipeline_id'])]
  if (repository !== undefined && run !== undefined) return toLine(`github ${repository} run ${run}`)
  if (path !== undefined && pipeline !== undefined) return toLine(`gitlab ${path} pipeline ${pipeline}`)
  return toLine(`${textOf(claims['iss']) ?? ''} ${textOf(claims['sub']) ?? ''}`)
}

function toLine(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, 200)
}

function matches(wanted: Readonly<Record<string, string>>, claims: Claims): boolean {
  return Object.entries(wanted).every(
    ([claim, value]) => Object.hasOwn(claims, claim) && textOf(claims[claim]) === value,
  )
}

function textOf(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}
