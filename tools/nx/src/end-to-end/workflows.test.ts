import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createFolder, listenOnFreePort, runProcess } from '@mochi/testing'
import type { Environment, Folder, Outcome } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseGithub, runSteps } from '../workflows/github-job.fixture.ts'
import type { Step, StepRun } from '../workflows/github-job.fixture.ts'
import { blockAt, parseJenkinsfile, shellCommands } from '../workflows/jenkinsfile.fixture.ts'
import { servers } from '../workflows/servers.ts'
import { createWorkbench } from './workbench.fixture.ts'
import type { Workbench } from './workbench.fixture.ts'

const TOKEN_STEP = 'Token for the build cache'

describe('the commands of the generated workflows, in a clone', { timeout: 300_000 }, () => {
  let bench: Workbench
  let system: Folder
  let clone: string
  let env: Environment

  beforeAll(async () => {
    bench = await createWorkbench()
    system = await createFakes()
    clone = bench.checkout.join('../clone')
    for (const server of servers) await succeed(`node_modules/.bin/nx g ci ${server}`)
    await succeed('node_modules/.bin/nx g lib bar')
    await bench.commit()
    await succeed('git switch --quiet --create change')
    await appendFile(bench.checkout.join('libs/bar/src/bar.ts'), '// A change.\n')
    await bench.commit()
    await succeed(`git clone --quiet --branch change ${bench.checkout.path} ${clone}`)
    await succeed(`git -C ${clone} checkout --quiet --detach`)
    env = machineOf(bench, system)
  }, 300_000)

  afterAll(async () => {
    await system[Symbol.asyncDispose]()
    await bench[Symbol.asyncDispose]()
  })

  test('GitHub: a pull request is set up from nothing, and what it changes is checked', async () => {
    const runs = await runGithub({ GITHUB_REF: 'refs/pull/7/merge', GITHUB_BASE_REF: 'main' })

    expect(runs.map(({ name }) => name)).toEqual([
      'Key of the toolchain',
      'Debian packages that tests need',
      'Tools and dependencies',
      TOKEN_STEP,
      'What the pull request changes',
    ])
    const failed = runs.slice(0, -1).filter(({ outcome }) => outcome.code !== 0)
    expect(failed.map(({ name, outcome }) => `${name}: ${outcome.stderr}`)).toEqual([])
    const reports = ['cobertura.xml', 'codequality.json', 'index.html', 'junit.xml']
    expect(await readdir(join(clone, 'reports'))).toEqual(expect.arrayContaining(reports))
    expect(await readFile(join(clone, 'reports/junit.xml'), 'utf8')).toContain('bar.test.ts')
    expect(await readdir(join(clone, '.nx/ci'))).toEqual(['pr-7'])
    const checked = runs.at(-1)?.outcome
    const unchanged = await runMain()
    expect(faultsOf(checked)).toBe(faultsOf(unchanged))
    expect(checked?.code).toBe(unchanged.code)
    expect(checked?.stdout).toMatch(/\bbar\b[^]*\n[1-9]\d* passed, \d+ failed\n$/)
  })

  test('GitHub: the ID token for the cache of mochi.json is masked and kept, without its address in the log', async () => {
    const asked: string[] = []
    const answer = JSON.stringify({ value: 'id-token-of-the-run' })
    await using server = await listenOnFreePort(
      createServer(({ headers, url }, response) => {
        const { searchParams } = new URL(url ?? '', 'http://here')
        asked.push(`${headers.authorization ?? ''} ${[...searchParams].join(' ')}`)
        response.end(answer)
      }),
    )
    await writeFile(join(clone, 'mochi.json'), JSON.stringify({ cache: { url: 'https://cache.example.com/a' } }))
    const imposed = { ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/?v=2`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks' }
    const [trusted] = await runGithub({}, { only: [TOKEN_STEP], imposed })
    const [fork] = await runGithub({}, { only: [TOKEN_STEP] })
    await runProcess('git', ['restore', 'mochi.json'], { cwd: clone })

    expect(asked).toEqual(['bearer asks v,2 audience,https://cache.example.com/a'])
    expect(trusted?.outcome).toMatchObject({ code: 0, stdout: '::add-mask::id-token-of-the-run\n', stderr: '' })
    expect(trusted?.outputs).toEqual({ token: 'id-token-of-the-run' })
    expect(fork).toMatchObject({ outcome: { code: 0, stdout: '' }, outputs: {} })
  })

  test('GitHub: a server of tokens that is away, or answers something else, costs the token and not the run', async () => {
    await using server = await listenOnFreePort(createServer((_, response) => response.writeHead(403).end('no')))
    await writeFile(join(clone, 'mochi.json'), JSON.stringify({ cache: { url: 'https://cache.example.com' } }))
    const imposed = { ACTIONS_ID_TOKEN_REQUEST_URL: server.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks' }
    const [run] = await runGithub({}, { only: [TOKEN_STEP], imposed })
    await runProcess('git', ['restore', 'mochi.json'], { cwd: clone })

    expect(run).toMatchObject({ outcome: { code: 0 }, outputs: {} })
  })

  test('GitLab: a job is set up, and the next one from the toolchain that its cache keeps, without a registry', async () => {
    const text = await readFile(bench.checkout.join('.gitlab-ci.yml'), 'utf8')
    const jobs = parse(text) as Record<string, { before_script: string[]; script: string[] } | undefined>
    const setup = [...(jobs['.check']?.before_script ?? []), './mochi exec -- node --version'].join('\n')
    const shown = expect.stringMatching(`\n${process.version}\n$`) as string
    const first = await inClone('bash', ['-eo', 'pipefail', '-c', setup])
    const nobody = { HOME: join(clone, '../next-home'), MOCHI_REGISTRY: 'http://127.0.0.1:9' }
    const next = await inClone('bash', ['-eo', 'pipefail', '-c', setup], nobody)

    expect(first, first.stderr).toMatchObject({ code: 0, stdout: shown })
    expect(next, next.stderr).toMatchObject({ code: 0, stdout: shown })
    expect(jobs['changed']?.script).toEqual(['./mochi ci'])
    expect(jobs['everything']?.script).toEqual(['./mochi ci --all'])
  })

  test('Jenkins: a run is set up by its commands', async () => {
    const text = await readFile(bench.checkout.join('Jenkinsfile'), 'utf8')
    const stage = blockAt(parseJenkinsfile(text), 'pipeline', 'stages', "stage('Setup')")
    for (const command of shellCommands(stage)) {
      const { code, stderr } = await inClone('sh', ['-xe', '-c', command])
      expect(code, stderr).toBe(0)
    }
  })

  async function succeed(line: string): Promise<void> {
    const { code, stdout, stderr } = await bench.run(line)
    expect(code, `${line}\n${stdout}${stderr}`).toBe(0)
  }

  function inClone(command: string, args: readonly string[], extra: Environment = {}): Promise<Outcome> {
    return runProcess(command, args, { cwd: clone, env: { ...env, ...extra } })
  }

  /** What is wrong with main, and so with the tree that these tests stand in, is no fault of a change: usually nothing. */
  async function runMain(): Promise<Outcome> {
    const git = (...args: string[]) => runProcess('git', ['checkout', '--quiet', '--detach', ...args], { cwd: clone })
    await git('origin/main')
    const outcome = await inClone('./mochi', ['ci', '--base', 'HEAD'])
    await git('origin/change')
    expect(outcome.stdout).toMatch(
      faultsOf(outcome) === '' ? /\n0 passed, 0 failed\n$/ : /\n0 passed, [1-9]\d* failed\n$/,
    )
    return outcome
  }

  /** Runs the steps of a pull request, or those that are named; `imposed` is what the runner gives all of them. */
  async function runGithub(extra: Environment, { only, imposed = {} }: Wanted = {}): Promise<StepRun[]> {
    const text = await readFile(bench.checkout.join('.github/workflows/ci.yml'), 'utf8')
    const { defaults, jobs } = parseGithub(text)
    const [job] = Object.values(jobs)
    const wanted = ({ name = '' }: Step) => only === undefined || only.includes(name)
    const variables = { GITHUB_ACTIONS: 'true', GITHUB_REF_NAME: '7/merge', GITHUB_REF_TYPE: 'branch', ...extra }
    return runSteps((job?.steps ?? []).filter(wanted), {
      cwd: clone,
      env: { ...env, ...variables },
      values: PULL_REQUEST,
      shell: defaults.run.shell,
      imposed,
    })
  }
})

type Wanted = { only?: readonly string[]; imposed?: Environment }

/** The summary’s list of what failed. */
function faultsOf({ stdout = '' }: Partial<Outcome> = {}): string {
  return /^✗ [^]*?(?=^Report: )/m.exec(stdout)?.[0] ?? ''
}

/** What the expressions of the workflow are in a pull request of the repository's own. */
const PULL_REQUEST = {
  "runner.os == 'Linux'": true,
  "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository": true,
  "github.event_name == 'pull_request' || github.event_name == 'merge_group'": true,
  "github.event_name != 'pull_request' && github.event_name != 'merge_group'": false,
  'steps.cache.outputs.token': '',
}

/** Programs of a machine of GitHub’s that a test does not run: there is a sudo, and every Debian package is installed. */
async function createFakes(): Promise<Folder> {
  const folder = await createFolder()
  const fakes = { sudo: 'exec "$@"', 'dpkg-query': 'echo install ok installed', 'apt-get': 'exit 9' }
  const scripts = Object.entries(fakes).map(([name, text]) => [name, `#!/bin/sh\n${text}\n`] as const)
  await folder.write(Object.fromEntries(scripts), { mode: 0o755 })
  return folder
}

/** A machine of a CI server: the system's commands, and nothing that a checkout for tests sets for Nx. */
function machineOf({ env }: Workbench, fakes: Folder): Environment {
  const [, system = ''] = (env['PATH'] ?? '').split(':')
  const set = Object.entries(env).filter(([name]) => !name.startsWith('NX_'))
  const job = { CI: 'true', NX_DAEMON: 'false', NX_INTERACTIVE: 'false' }
  return { ...Object.fromEntries(set), ...job, PATH: `${fakes.path}:${system}` }
}
