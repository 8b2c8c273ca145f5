import { createHash } from 'node:crypto'

/** What the environment says about the run that a CI server has started. */
export type CiRun = {
  /** `undefined`: no CI server that is known here. */
  readonly server: 'github' | 'gitlab' | 'jenkins' | undefined
  /**
   * Whose word the run is: `main`, `pr-12`, `branch-NAME`. Runs of different scopes keep nothing in common on a machine.
   * `undefined` where no CI server runs it.
   */
  readonly scope: string | undefined
  /** The commit that is checked; empty before the first one. */
  readonly revision: string
  /** What it may be compared with, best first. */
  readonly bases: readonly Base[]
}

export type Base = {
  /** A branch, a tag or a commit. */
  readonly revision: string
  /** Its place in a sentence: "compared with 12ab34c, where …". */
  readonly why: string
  /** The commit where HEAD left it is meant, and not the revision itself. */
  readonly fork: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

export type CheckoutFacts = {
  readonly env: Environment
  readonly isCi: boolean
  readonly revision: string
  /** The branch that is checked out, where git knows one: a CI server often checks out a commit. */
  readonly branch: string | undefined
  /** The branch that everybody builds on. */
  readonly main: string
  /** The commit that a push started from, as GitHub's event file has it. */
  readonly before: string | undefined
}

/**
 * Pure. Sources: "Variables reference" of GitHub Actions, "Predefined CI/CD variables reference" of GitLab, and the Git and
 * Branch API plugins of Jenkins.
 */
export function describeRun(facts: CheckoutFacts): CiRun {
  return { revision: facts.revision, ...describeServer(facts) }
}

type ServerRun = Omit<CiRun, 'revision'>

function describeServer(facts: CheckoutFacts): ServerRun {
  const { env } = facts
  if (env['GITHUB_ACTIONS'] === 'true') return describeGithub(facts)
  if (env['GITLAB_CI'] === 'true') return describeGitlab(facts)
  if (env['JENKINS_URL'] !== undefined) return describeJenkins(facts)
  const scope = facts.isCi ? scopeOf({ branch: facts.branch, main: facts.main }) : undefined
  return { server: undefined, scope, bases: basesOf(facts, { branch: facts.branch }) }
}

function describeGithub(facts: CheckoutFacts): ServerRun {
  const { env, main, before } = facts
  const change = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '')?.[1]
  const branch = env['GITHUB_REF_TYPE'] === 'tag' ? undefined : env['GITHUB_REF_NAME']
  const target = given(env['GITHUB_BASE_REF'])
  return {
    server: 'github',
    scope: scopeOf({ change, branch, main, isTrusted: GITHUB_EVENTS.includes(env['GITHUB_EVENT_NAME']) }),
    bases: basesOf(facts, { branch, target: change === undefined ? undefined : target, before }),
  }
}

function describeGitlab(facts: CheckoutFacts): ServerRun {
  const { env, main } = facts
  const change = given(env['CI_MERGE_REQUEST_IID'])
  const branch = given(env['CI_COMMIT_BRANCH'])
  const target = given(env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'])
  return {
    server: 'gitlab',
    scope: scopeOf({
      ...{ change, branch, main: given(env['CI_DEFAULT_BRANCH']) ?? main },
      isTrusted: GITLAB_SOURCES.includes(env['CI_PIPELINE_SOURCE']),
    }),
    bases: basesOf(facts, { branch, target, before: given(env['CI_COMMIT_BEFORE_SHA']) }),
  }
}

function describeJenkins(facts: CheckoutFacts): ServerRun {
  const { env, main } = facts
  const change = given(env['CHANGE_ID'])
  const branch = given(env['BRANCH_NAME']) ?? given(env['GIT_BRANCH'])?.replace(/^origin\//, '')
  const before = given(env['GIT_PREVIOUS_SUCCESSFUL_COMMIT'])
  return {
    server: 'jenkins',
    scope: scopeOf({ change, branch: change === undefined ? branch : undefined, main }),
    bases: basesOf(facts, { branch, target: given(env['CHANGE_TARGET']), before }),
  }
}

type Place = { change?: string | undefined; branch: string | undefined; main: string; isTrusted?: boolean }

/** A change or a branch has a name of its own whatever it is called; what has none shares a scope that main never reads. */
function scopeOf({ change, branch, main, isTrusted = true }: Place): string {
  if (change !== undefined) return `pr-${toFolderName(change)}`
  if (branch === undefined || !isTrusted) return 'unnamed'
  return branch === main ? 'main' : `branch-${toFolderName(branch)}`
}

/**
 * A name that every file system takes, and another one for each other text: long ones are cut, and where letters could be
 * taken for others, by case or by how they are written, a digest keeps them apart.
 */
function toFolderName(text: string): string {
  if (/^[a-z0-9._-]{1,80}$/.test(text)) return text
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return `${text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)}~${digest}`
}

/**
 * What starts a run of main by people who may push to it. Others, such as GitHub's `pull_request_target` and `workflow_run`,
 * say that they run for main too, with a stranger's files in their hands. apps/cache goes by the same events.
 */
const GITHUB_EVENTS: readonly (string | undefined)[] = [undefined, 'push', 'schedule', 'workflow_dispatch']
const GITLAB_SOURCES: readonly (string | undefined)[] = [undefined, 'push', 'schedule', 'web', 'api', 'trigger']

type Started = {
  branch: string | undefined
  /** The branch that a change is to be merged into. */
  target?: string | undefined
  /** The commit that was built, or pushed upon, before. */
  before?: string | undefined
}

function basesOf({ env, main }: CheckoutFacts, { branch, target, before }: Started): readonly Base[] {
  const asked = given(env['NX_BASE'])
  if (asked !== undefined) return [{ revision: asked, why: 'which NX_BASE names', fork: false }]
  if (target !== undefined) return forksOf(target)
  if (branch !== main) return forksOf(main)
  const pushed = before === undefined || /^0+$/.test(before) ? [] : [before]
  return [
    ...pushed.map((revision) => ({ revision, why: `where ${main} stood before`, fork: false })),
    { revision: 'HEAD^', why: 'the commit before', fork: false },
  ]
}

function forksOf(branch: string): readonly Base[] {
  return [`origin/${branch}`, branch].map((revision) => ({ revision, why: `where HEAD left ${revision}`, fork: true }))
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}
