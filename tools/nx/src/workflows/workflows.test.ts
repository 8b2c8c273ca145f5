import { readFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import type { Outcome } from '@mochi/testing'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseGithub, runSteps } from './github-job.fixture.ts'
import { blockAt, parseJenkinsfile, shellCommands } from './jenkinsfile.fixture.ts'
import { readWorkflow } from './plan-workflow.ts'

// The language service imports JSON without saying so, as bundlers allow.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const { validate } = await import('@actions/languageservice')

describe('the workflow of GitHub', () => {
  const text = readWorkflow(workspaceRoot, 'github')
  const workflow = parseGithub(text)
  const [job] = Object.values(workflow.jobs)
  const actions = (job?.steps ?? []).flatMap(({ uses }) => uses ?? [])

  test('is right in the eyes of GitHub’s language service', async () => {
    expect(await faultsOf(text)).toEqual([])
  })

  test.each([
    ['timeout-minutes', 'timeout-mins', "Unexpected value 'timeout-mins'"],
    ['steps.toolchain.outputs', 'steps.toolchian.outputs', 'Context access might be invalid: toolchian'],
    ['id-token: write', 'id-token: always', "Unexpected value 'always'"],
    ['17 3 * * *', '17 3 * *', 'Invalid cron expression'],
  ])('with %s as %s would not be', async (right, wrong, fault) => {
    expect(await faultsOf(text.replaceAll(right, wrong))).toEqual(
      expect.arrayContaining([expect.stringContaining(fault)]),
    )
  })

  test('pins every action by its commit, with its version beside it', () => {
    const pinned = [...text.matchAll(/uses: (\S+@[0-9a-f]{40}) # v\d+\.\d+\.\d+$/gm)].map(([, action]) => action)

    expect(actions.length).toBeGreaterThan(4)
    expect(pinned).toEqual(actions)
  })

  test('gives a run what it needs and no more, and a fork neither secret nor token', () => {
    expect(workflow.permissions).toEqual({})
    expect(job?.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
    expect(text).not.toContain('secrets.')
    expect(job?.steps.find(({ id }) => id === 'cache')?.if).toContain('head.repo.full_name == github.repository')
  })

  test('gives no step what it takes to ask for an ID token, but the one that asks', async () => {
    const imposed = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ci.example', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks' }
    const show = 'echo "${ACTIONS_ID_TOKEN_REQUEST_URL-} ${ACTIONS_ID_TOKEN_REQUEST_TOKEN-}"'
    const steps = (job?.steps ?? []).filter(({ run }) => run !== undefined).map((step) => ({ ...step, run: show }))
    const bare = steps.map(({ name = '', run, shell = workflow.defaults.run.shell }) => ({ name, run, shell }))
    const env = { PATH: process.env['PATH'] ?? '' }
    const runs = await runSteps(bare, { cwd: workspaceRoot, env, values: {}, shell: '', imposed })

    expect(runs.length).toBeGreaterThan(5)
    expect(runs.filter(({ outcome }) => outcome.stdout !== ' \n').map(({ name }) => name)).toEqual([
      'Token for the build cache',
    ])
  })

  test('keeps the history of each attempt of a run: a key that is taken is never written again', () => {
    const caches = job?.steps.filter((step) => step.with?.['path'] === '.nx/ci') ?? []
    const [key, ...others] = new Set(caches.map((step) => step.with?.['key']))

    expect(caches).toHaveLength(2)
    expect(others).toEqual([])
    expect(key).toBe(`${String(caches[0]?.with?.['restore-keys'])}\${{ github.run_id }}-\${{ github.run_attempt }}`)
  })

  test('ends what a newer push of a pull request has overtaken, and never a run of main', () => {
    expect(workflow.concurrency).toEqual({
      group: 'ci-${{ github.event.pull_request.number || github.run_id }}',
      'cancel-in-progress': true,
    })
    expect(job?.['timeout-minutes']).toBeGreaterThan(0)
  })

  test('writes caches on main alone, and the report of a run that failed too', () => {
    const conditions = job?.steps.filter(({ uses }) => uses?.includes('/save@')).map((step) => step.if)
    const upload = job?.steps.find(({ uses }) => uses?.includes('upload-artifact@'))

    expect(conditions).toEqual([
      expect.stringMatching(/^github.event_name == 'push' /),
      expect.stringMatching(/^always\(\) && github.ref == 'refs\/heads\/main' /),
    ])
    expect(workflow.on['push']).toEqual({ branches: ['main'] })
    expect(upload).toMatchObject({ if: 'always()', with: { path: 'reports/' } })
  })
})

describe('the workflow of GitLab', () => {
  const text = readWorkflow(workspaceRoot, 'gitlab')

  test('is right by GitLab’s schema, and a local GitLab runs for a merge request what it changes, else everything', async () => {
    expect(await jobsOf(text, 'merge_request_event')).toEqual(['changed'])
    expect(await jobsOf(text, 'push')).toEqual(['everything'])
    expect(await jobsOf(text, 'schedule')).toEqual(['everything'])
  })

  test.each([
    ['expire_in', 'expires_in', "'expires_in' property is not expected"],
    ['interruptible: true', 'interruptible: often', "'interruptible' property type must be boolean"],
    ['extends: .check', 'extends: .chekc', '.chekc'],
  ])('with %s as %s would not be', async (right, wrong, fault) => {
    const { code, stdout, stderr } = await runGitlab(text.replaceAll(right, wrong), '--list-json')

    expect(stdout + stderr).toContain(fault)
    expect(code).not.toBe(0)
  })

  test('shows tests, coverage and findings of lint in the merge request, also of a run that failed', () => {
    const jobs = parse(text) as Record<string, { artifacts: unknown; timeout: string }>

    expect(jobs['.check']?.timeout).toBe('60 minutes')
    expect(jobs['.check']?.artifacts).toMatchObject({
      when: 'always',
      paths: ['reports/'],
      reports: {
        junit: 'reports/junit.xml',
        coverage_report: { coverage_format: 'cobertura', path: 'reports/cobertura.xml' },
        codequality: 'reports/codequality.json',
      },
    })
  })
})

describe('the Jenkinsfile', () => {
  const text = readWorkflow(workspaceRoot, 'jenkins')
  const file = parseJenkinsfile(text)

  test('runs what a pull request changes, everything otherwise, and at night nothing from a cache', () => {
    const stages = blockAt(file, 'pipeline', 'stages')

    expect(shellCommands(blockAt(stages, "stage('Setup')"))).toEqual(['.ci/packages', './mochi setup'])
    expect(shellCommands(blockAt(stages, "stage('Check')"))).toEqual([
      './mochi ci',
      'NX_SKIP_NX_CACHE=true ./mochi ci --all',
      './mochi ci --all',
    ])
  })

  test.each([
    ['the primary branch', { BRANCH_IS_PRIMARY: 'true' }, 'of-main'],
    ['another branch', {}, 'of-branches'],
    ['a pull request', { CHANGE_ID: '7' }, 'of-branches'],
    ['a pull request that says it is primary', { BRANCH_IS_PRIMARY: 'true', CHANGE_ID: '7' }, 'of-branches'],
    ['a pull request of a fork', { CHANGE_ID: '7', CHANGE_FORK: 'stranger' }, undefined],
    ['a server that names no credentials', { MOCHI_CACHE_MAIN_CREDENTIALS: '', BRANCH_IS_PRIMARY: 'true' }, undefined],
  ])('gives %s the credentials that are its own', (_, run, credentials) => {
    const names = { MOCHI_CACHE_MAIN_CREDENTIALS: 'of-main', MOCHI_CACHE_BRANCH_CREDENTIALS: 'of-branches' }

    expect(credentialsOf(blockAt(file, 'def withCacheToken(Closure body)').text, { ...names, ...run })).toBe(
      credentials,
    )
  })

  test('keeps the report of every run', () => {
    const always = blockAt(file, 'pipeline', 'post', 'always')
    expect(always.text).toContain("junit testResults: 'reports/junit.xml'")
    expect(always.text).toContain("archiveArtifacts artifacts: 'reports/**'")
  })

  test.each([
    ['a bracket that is missing', /\}\n\}\n\n\/\//, '}\n\n//', /never closed/],
    ['a bracket too many', "sh '.ci/packages'", "sh '.ci/packages')", /bracket too many/],
    ['a string without end', "sh '.ci/packages'", "sh '.ci/packages", /string without end/i],
    ['a section that no pipeline has', 'environment {', 'environments {', /no environments in pipeline/],
    ['a step outside of script', 'script {', 'scripted {', /no scripted in steps/],
  ])('with %s would be refused', (_, right, wrong, fault) => {
    expect(() => parseJenkinsfile(text.replace(right, wrong))).toThrow(fault)
  })
})

/** What `withCacheToken` asks Jenkins for. Its lines mean the same in JavaScript, once the named argument is unnamed. */
function credentialsOf(body: string, env: Readonly<Record<string, string>>): unknown {
  const script = body
    .replaceAll(/\bdef\b/g, 'let')
    .replace(/string\(.*?: (\w+),.*?\)/, '$1')
    .replace('{ body() }', '')
  const asked: unknown[] = []
  const withCredentials = ([id]: readonly unknown[]) => asked.push(id)
  runInNewContext(script, { env, withCredentials, body: () => undefined })
  return asked[0]
}

/** A name of its own for each text: the service remembers what it has read by the name. */
let files = 0
async function faultsOf(text: string): Promise<string[]> {
  const uri = `file:///repository/.github/workflows/ci-${++files}.yml`
  const faults = await validate(TextDocument.create(uri, 'yaml', 1, text))
  return faults.map(({ message }) => (typeof message === 'string' ? message : message.value))
}

/** The jobs of a pipeline; that of a merge request has no branch. */
async function jobsOf(text: string, source: string): Promise<string[]> {
  const unset = source === 'merge_request_event' ? ['--unset-variable', 'CI_COMMIT_BRANCH'] : []
  const variables = ['--variable', `CI_PIPELINE_SOURCE=${source}`, ...unset]
  const { code, stdout, stderr } = await runGitlab(text, '--list-json', ...variables)
  expect(code, stderr + stdout).toBe(0)
  const jobs = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as { name: string; when: string }[]
  return jobs.filter(({ when }) => when !== 'never').map(({ name }) => name)
}

/** A repository with what the workflow names, and GitLab's parser at work in it. */
async function runGitlab(text: string, ...args: readonly string[]): Promise<Outcome> {
  await using folder = await createFolder()
  const locks = { 'toolchain/toolchain.lock': '', 'pnpm-lock.yaml': '' }
  await folder.write({ '.gitlab-ci.yml': text, ...locks })
  const git = (...words: string[]) => runProcess('git', words, { cwd: folder.path })
  await git('init', '--quiet', '--initial-branch=main')
  await git('remote', 'add', 'origin', 'https://gitlab.example/acme/app.git')
  await git('add', '.')
  await git('-c', 'user.name=Test', '-c', 'user.email=test@mochi.example', 'commit', '--quiet', '--message', 'All')
  const program = join(import.meta.dirname, '../../node_modules/gitlab-ci-local/dist/index.js')
  const env = { PATH: process.env['PATH'], HOME: folder.path, CI: 'true' }
  return await runProcess(process.execPath, [program, ...args], { cwd: folder.path, env })
}

test('every server’s workflow stands in the guide', async () => {
  const page = await readFile(join(workspaceRoot, 'docs/guide/ci.md'), 'utf8')
  for (const server of ['github', 'gitlab', 'jenkins']) expect(page).toContain(`npx nx g ci ${server}`)
})
