import { describe, expect, test } from 'vitest'
import { describeRun } from './ci-run.ts'
import type { CheckoutFacts } from './ci-run.ts'

const facts = (rest: Partial<CheckoutFacts>): CheckoutFacts => ({
  ...{ env: {}, isCi: true, branch: undefined, main: 'main', before: undefined, revision: 'c0ffee' },
  ...rest,
})
const scopeIn = (env: Record<string, string>, rest: Partial<CheckoutFacts> = {}) =>
  describeRun(facts({ env, ...rest })).scope
const basesIn = (env: Record<string, string>, rest: Partial<CheckoutFacts> = {}) =>
  describeRun(facts({ env, ...rest })).bases.map(({ revision, fork }) => `${fork ? 'fork of ' : ''}${revision}`)

const github = { GITHUB_ACTIONS: 'true', GITHUB_REF_TYPE: 'branch' }
const githubChange = {
  ...github,
  GITHUB_REF: 'refs/pull/12/merge',
  GITHUB_REF_NAME: '12/merge',
  GITHUB_BASE_REF: 'next',
}
const githubPush = (branch: string) => ({
  ...github,
  GITHUB_REF: `refs/heads/${branch}`,
  GITHUB_REF_NAME: branch,
  GITHUB_BASE_REF: '',
})
const gitlab = { GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main' }
const gitlabChange = { ...gitlab, CI_MERGE_REQUEST_IID: '7', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' }
const jenkins = { JENKINS_URL: 'https://ci.example.com/' }

describe('whose word a run is', () => {
  test.each([
    ['a pull request on GitHub', githubChange, 'pr-12'],
    ['a push to main on GitHub', githubPush('main'), 'main'],
    [
      'a push to another branch on GitHub',
      githubPush('ann/try'),
      expect.stringMatching(/^branch-ann-try~[0-9a-f]{12}$/),
    ],
    ['a tag on GitHub that is called main', { ...githubPush('main'), GITHUB_REF_TYPE: 'tag' }, 'unnamed'],
    ['a merge request on GitLab', gitlabChange, 'pr-7'],
    ['main on GitLab', { ...gitlab, CI_COMMIT_BRANCH: 'main' }, 'main'],
    ['a main of another name on GitLab', { ...gitlab, CI_DEFAULT_BRANCH: 'trunk', CI_COMMIT_BRANCH: 'trunk' }, 'main'],
    ['a change on Jenkins', { ...jenkins, CHANGE_ID: '3', BRANCH_NAME: 'PR-3', CHANGE_TARGET: 'main' }, 'pr-3'],
    ['main on Jenkins', { ...jenkins, BRANCH_NAME: 'main' }, 'main'],
    ['main on Jenkins, by the Git plugin alone', { ...jenkins, GIT_BRANCH: 'origin/main' }, 'main'],
  ])('%s', (_, env, scope) => expect(scopeIn(env)).toEqual(scope))

  test('a pull request from a branch that is called main is not main', () => {
    expect(scopeIn({ ...githubChange, GITHUB_HEAD_REF: 'main' })).toBe('pr-12')
    expect(scopeIn({ ...jenkins, CHANGE_ID: '4', BRANCH_NAME: 'main' })).toBe('pr-4')
  })

  test('what a stranger may have started is not main, whatever it says', () => {
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment'])
      expect(scopeIn({ ...githubPush('main'), GITHUB_EVENT_NAME: event })).toBe('unnamed')
    expect(scopeIn({ ...githubPush('main'), GITHUB_EVENT_NAME: 'push' })).toBe('main')
    const pipeline = { ...gitlab, CI_COMMIT_BRANCH: 'main' }
    expect(scopeIn({ ...pipeline, CI_PIPELINE_SOURCE: 'external_pull_request_event' })).toBe('unnamed')
    expect(scopeIn({ ...pipeline, CI_PIPELINE_SOURCE: 'schedule' })).toBe('main')
  })

  test('names that a path could not hold stay apart, also where case does not count', () => {
    const names = ['a/b', 'a-b', 'a b', 'Foo', 'foo', 'é', 'e\u0301', 'исправить-'.repeat(30), 'исправить-'.repeat(29)]
    const scopes = names.map((name) => scopeIn(githubPush(name)) ?? '')
    expect(new Set(scopes.map((scope) => scope.toLowerCase().normalize('NFC'))).size).toBe(names.length)
    expect(Math.max(...scopes.map((scope) => Buffer.byteLength(scope)))).toBeLessThan(100)
    expect(scopeIn(githubPush('../../main'))).not.toContain('/')
  })

  test('elsewhere it is the branch that git knows, and on a laptop nobody’s', () => {
    expect(scopeIn({ CI: 'true' }, { branch: 'main' })).toBe('main')
    expect(scopeIn({ CI: 'true' }, { branch: 'try' })).toBe('branch-try')
    expect(scopeIn({ CI: 'true' })).toBe('unnamed')
    expect(scopeIn({}, { isCi: false, branch: 'main' })).toBeUndefined()
  })
})

describe('what a run is compared with', () => {
  test('a change: where it left the branch that it is to be merged into', () => {
    expect(basesIn(githubChange)).toEqual(['fork of origin/next', 'fork of next'])
    expect(basesIn(gitlabChange)).toEqual(['fork of origin/main', 'fork of main'])
    expect(basesIn({ ...jenkins, CHANGE_ID: '3', CHANGE_TARGET: 'next' })[0]).toBe('fork of origin/next')
  })

  test('a branch: where it left main', () => {
    expect(basesIn(githubPush('try'))).toEqual(['fork of origin/main', 'fork of main'])
    expect(basesIn({}, { branch: 'try', isCi: false })).toEqual(['fork of origin/main', 'fork of main'])
  })

  test('main: where it stood before the push, or the commit before', () => {
    expect(basesIn(githubPush('main'), { before: 'abc' })).toEqual(['abc', 'HEAD^'])
    expect(basesIn({ ...gitlab, CI_COMMIT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: 'abc' })).toEqual(['abc', 'HEAD^'])
    expect(basesIn({ ...jenkins, BRANCH_NAME: 'main', GIT_PREVIOUS_SUCCESSFUL_COMMIT: 'abc' })).toEqual([
      'abc',
      'HEAD^',
    ])
    expect(basesIn(githubPush('main'), { before: '0'.repeat(40) })).toEqual(['HEAD^'])
  })

  test('NX_BASE has the first word', () => {
    expect(basesIn({ ...githubChange, NX_BASE: 'v1' })).toEqual(['v1'])
  })
})
