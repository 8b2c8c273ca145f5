import { chmod, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess, workspaceRoot } from '@mochi/testing'
import { MEND_LOCK } from '@mochi/toolchain/lock-file'
import { describe, expect, test } from 'vitest'
import { createInstalledCheckout } from '../testing/installed-checkout.ts'
import { createTestContext } from '../testing/test-context.ts'
import { checkDependencies, checkGit, checkHooks, judgeGit } from './checks/checkout.ts'
import { checkNetworkVariables } from './checks/network.ts'
import { checkNpmrc, judgeNpmrc } from './checks/npmrc.ts'
import { checkTestPackages, parsePackages } from './checks/packages.ts'
import { checkPrerequisites } from './checks/prerequisites.ts'
import { checkDisk, checkShell, judgeDisk, judgeWatchers } from './checks/system.ts'
import { judgeLock, judgeToolchain } from './checks/toolchain.ts'
import { isDoctorDocument } from './document.ts'
import { ok } from './finding.ts'
import { examine, runDoctor } from './run.ts'

const installed = { prefix: '/p', path: '/p/env/0123456789abcdef' }
const toolchain = { wanted: '0123456789abcdef', installed, current: true, nodeOnPath: '/p/bin/node', onPath: true }

const INSTALLER_SAYS = JSON.stringify({
  root: '/r',
  findings: [
    {
      id: 'registry',
      state: 'missing',
      found: 'It does not answer.',
      meaning: 'M',
      fix: 'F',
      code: 'LAUNCHER_REGISTRY_UNREACHABLE',
    },
  ],
})

describe('The toolchain', () => {
  test('that is installed and on PATH is well', () => {
    expect(judgeToolchain(toolchain).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
  })

  test.each([
    ['is not installed', { installed: undefined, onPath: false }, 'missing', './mochi setup'],
    ['has lost its lock', { wanted: undefined }, 'missing', MEND_LOCK],
    ['is not the one of new shells', { current: false }, 'warn', 'toolchain/install'],
    ['comes after another node', { onPath: false, nodeOnPath: '/usr/bin/node' }, 'warn', 'eval "$(./mochi env)"'],
    ['is on nobody’s PATH', { onPath: false, nodeOnPath: undefined }, 'warn', 'eval "$(./mochi env)"'],
  ])('that %s is told with the command that mends it', (_name, difference, state, fix) => {
    const first = judgeToolchain({ ...toolchain, ...difference }).find((finding) => finding.state !== 'ok')
    expect(first).toMatchObject({ state })
    expect(first?.fix).toContain(fix)
  })
})

describe('The lock of the toolchain', () => {
  test.each([
    [{ state: 'whole' }, 'ok', undefined],
    [{ state: 'damaged', reason: 'line 1: no id' }, 'missing', MEND_LOCK],
    [{ state: 'behind', reason: 'jq 1 is wanted and none is locked' }, 'warn', './mochi toolchain lock'],
    [{ state: 'unasked', reason: '' }, 'warn', 'git checkout HEAD -- :/toolchain/toolchain.json'],
    [{ state: 'faulty', reason: 'line 1' }, 'warn', './mochi toolchain check'],
  ] as const)('that is %j is %s', (lock, state, fix) => {
    expect(judgeLock(lock)).toMatchObject({ state, ...(fix === undefined ? {} : { fix }) })
  })
})

describe('The checkout', () => {
  test('without the lock file of the dependencies lacks that, whatever is installed', async () => {
    await using folder = await createFolder({ 'node_modules/.mochi-stamp': '' })
    expect(await checkDependencies(createTestContext({ root: folder.path }))).toMatchObject([
      { state: 'missing', found: 'pnpm-lock.yaml is not there', fix: 'git checkout HEAD -- :/pnpm-lock.yaml' },
    ])
  })

  test('without dependencies lacks something', async () => {
    await using folder = await createFolder({ 'pnpm-lock.yaml': '' })
    expect(await checkDependencies(createTestContext({ root: folder.path }))).toMatchObject([
      { state: 'missing', found: 'not installed', fix: './mochi setup' },
    ])
  })

  test('whose dependencies were installed without the registry is warned about', async () => {
    await using folder = await createFolder({ 'pnpm-lock.yaml': '', 'node_modules/.mochi-stamp': 'offline\n' })
    expect(await checkDependencies(createTestContext({ root: folder.path }))).toMatchObject([
      { state: 'warn', found: 'installed while the registry did not answer', fix: './mochi setup' },
    ])
  })

  test('with a hook that is not ours is warned about, except in CI', async () => {
    await using folder = await createFolder({ 'hooks/pre-commit': 'npm test' })
    const answer = (command: string) =>
      command.startsWith('git rev-parse') ? { code: 0, stdout: `${folder.join('hooks/pre-commit')}\n` } : { code: 1 }
    const look = (env: Record<string, string>) => checkHooks(createTestContext({ root: folder.path, env, answer }))
    expect(await look({})).toMatchObject([{ state: 'warn', fix: './mochi setup' }])
    expect(await look({ CI: 'true' })).toMatchObject([{ state: 'ok' }])
  })

  test.each([
    ['of this checkout', '--local', '', 'unset'],
    ['of all repositories', '--global', '', '"$PWD/.git/hooks"'],
    ['relative to the default folder, which lefthook refuses too', '--local', '.git/hooks', 'unset'],
  ])('whose core.hooksPath, %s, leads elsewhere is told how to change that', async (_name, scope, path, word) => {
    await using folder = await createFolder({ 'repository/README.md': '' })
    const env = isolatedEnvironment(folder.path)
    const root = folder.join('repository')
    const git = (...args: string[]) => runProcess('git', args, { cwd: root, env })
    await git('init', '--quiet')
    await git('config', scope, 'core.hooksPath', path === '' ? folder.join('hooks') : path)
    const look = async () => (await checkHooks(createTestContext({ root, env })))[0]
    const found = 'not installed, core.hooksPath leads git elsewhere'
    expect(await look()).toMatchObject({ state: 'warn', found, fix: expect.stringContaining(word) as string })

    await git('config', '--local', 'core.hooksPath', `${root}/.git/hooks`)
    expect(await look()).toMatchObject({ found: 'not installed', fix: './mochi setup' })
  })

  test.each([
    ['2.28.0', 'ok'],
    ['2.39.5 (Apple Git-154)', 'ok'],
    ['3.0.0', 'ok'],
    ['2.25.1', 'warn'],
    [undefined, 'missing'],
  ])('with git %s is %s', (version, state) => {
    expect(judgeGit(version).state).toBe(state)
  })

  test('asks git itself for its version', async () => {
    expect((await checkGit(createTestContext({ root: '/' })))[0]?.found).toMatch(/^\d+\.\d+/)
  })
})

describe('The machine', () => {
  test.each([
    [3e9, 'ok'],
    [1e9, 'warn'],
    [1e8, 'missing'],
    [undefined, 'warn'],
  ])('with %s bytes free is %s', (free, state) => {
    expect(judgeDisk({ id: 'disk', path: '/', free }).state).toBe(state)
  })

  test('is asked for the space of the nearest folder that exists', async () => {
    await using folder = await createFolder()
    const findings = await checkDisk({ prefix: folder.join('not/yet/there'), root: folder.path })
    expect(findings.map(({ id, found }) => [id, found.includes('free at')])).toEqual([
      ['disk.prefix', true],
      ['disk.checkout', true],
    ])
  })

  test.each([
    [{ watches: 524_288, instances: 512 }, 'ok'],
    [{ watches: 8192, instances: 512 }, 'warn'],
    [{ watches: 524_288, instances: 64 }, 'warn'],
    [{ watches: Number.NaN, instances: Number.NaN }, 'ok'],
  ])('with watchers %j is %s', (limits, state) => {
    expect(judgeWatchers(limits).map((finding) => finding.state)).toEqual([state])
  })

  test.each([
    ['/usr/bin/fish', 'ok'],
    ['/bin/tcsh', 'warn'],
    [undefined, 'warn'],
  ])('with the shell %s is %s', async (SHELL, state) => {
    expect(await checkShell({ env: { SHELL } })).toMatchObject([{ state }])
  })
})

describe('The prerequisites', () => {
  const look = (stdout: string, stderr = '') =>
    checkPrerequisites(createTestContext({ root: '/r', answer: () => ({ code: 1, stdout, stderr }) }))

  test('are those of the installer, but not what is looked at more closely', async () => {
    const findings = [
      { id: 'tar', state: 'ok', found: '/usr/bin/tar' },
      {
        id: 'gzip',
        state: 'missing',
        found: 'gzip is not installed.',
        meaning: 'Nothing.',
        fix: 'apt-get install gzip',
      },
      { id: 'git', state: 'ok', found: '/usr/bin/git' },
    ]
    expect(await look(JSON.stringify({ root: '/r', findings }))).toEqual(findings.slice(0, 2))
  })

  test('with a registry that does not answer are a warning: what is installed works', async () => {
    const code = 'LAUNCHER_REGISTRY_UNREACHABLE'
    const finding = { id: 'registry', state: 'missing', found: 'It does not answer.', meaning: 'M', fix: 'F', code }
    const answers = { id: 'registry', state: 'ok', found: 'http://registry.example (from MOCHI_REGISTRY)' }
    expect(await look(JSON.stringify({ root: '/r', findings: [finding, answers] }))).toEqual([
      { ...finding, state: 'warn', meaning: expect.stringContaining('what is installed works') as string },
      answers,
    ])
  })

  test.each([
    ['prints another document', '{"faults":0,"checks":[]}', ''],
    ['does not run', '', 'Permission denied'],
  ])('cannot be told where the installer %s', async (_name, stdout, stderr) => {
    expect(await look(stdout, stderr)).toMatchObject([{ id: 'prerequisites', state: 'missing' }])
  })
})

describe('Proxy and certificate variables', () => {
  const look = (env: Record<string, string>) => checkNetworkVariables({ env })

  test('are shown without their passwords', async () => {
    const findings = await look({ https_proxy: 'http://me:hunter22@proxy.example:3128', NODE_USE_ENV_PROXY: '1' })
    expect(findings).toEqual([
      ok('variable.https_proxy', 'http://<redacted>@proxy.example:3128'),
      ok('variable.NODE_USE_ENV_PROXY', '1'),
    ])
  })

  test('that Node ignores are warned about', async () => {
    const findings = await look({ HTTP_PROXY: 'http://proxy.example:3128' })
    expect(findings.at(-1)).toMatchObject({ state: 'warn', fix: 'export NODE_USE_ENV_PROXY=1' })
  })

  test('that name a lost file are warned about', async () => {
    await using folder = await createFolder({ 'ca.pem': '' })
    expect(await look({ NODE_EXTRA_CA_CERTS: folder.join('ca.pem') })).toHaveLength(1)
    const findings = await look({ NODE_EXTRA_CA_CERTS: folder.join('lost.pem') })
    expect(findings[1]).toMatchObject({ state: 'warn', fix: 'unset NODE_EXTRA_CA_CERTS' })
  })

  test('that switch certificates off are warned about', async () => {
    expect(await look({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject([{ state: 'warn' }])
  })
})

describe('~/.npmrc', () => {
  const facts = { file: '~/.npmrc', readableByOthers: true, env: {} }

  test.each([
    ['prefix=/usr', 'npmrc.prefix'],
    ['strict-ssl = false', 'npmrc.strict-ssl'],
    ['omit=dev', 'npmrc.omit'],
    ['offline', 'npmrc.offline'],
    ['shamefully-hoist=true', 'npmrc.shamefully-hoist'],
    ['_authToken=abcdef', 'npmrc._authToken'],
    ['//registry.example/:_authToken=${LOST}', 'npmrc.//registry.example/:_authToken.variable'],
    ['//registry.example/:_authToken=abcdef', 'npmrc.mode'],
  ])('with %s has something odd', (text, id) => {
    expect(judgeNpmrc(`# first line\n${text}\n`, facts).map((finding) => finding.id)).toContain(id)
  })

  test('is quoted by line, and never by value', () => {
    const [finding] = judgeNpmrc('registry=https://registry.example\n\n_auth=c2VjcmV0LXNlY3JldA==\n', facts)
    expect(finding?.found).toBe('~/.npmrc:3 sets _auth')
    expect(JSON.stringify(finding)).not.toContain('c2VjcmV0')
  })

  test('may hold a token of its own registry when nobody else reads it', async () => {
    await using folder = await createFolder({ '.npmrc': '//registry.example/:_authToken=abcdef\n' })
    await chmod(folder.join('.npmrc'), 0o644)
    expect(await checkNpmrc({ home: folder.path, env: {} })).toMatchObject([{ id: 'npmrc.mode' }])
    await chmod(folder.join('.npmrc'), 0o600)
    expect(await checkNpmrc({ home: folder.path, env: {} })).toMatchObject([{ state: 'ok' }])
  })

  test('need not be there', async () => {
    expect(await checkNpmrc({ home: '/nowhere', env: {} })).toMatchObject([{ state: 'ok' }])
  })
})

describe('Packages for tests', () => {
  test('are read without their reasons', () => {
    expect(parsePackages('# why\nzsh  # completion\n\nfish\n')).toEqual(['zsh', 'fish'])
  })

  test('that are not installed come with the one command that installs them', async () => {
    await using folder = await createFolder({ '.ci/packages.txt': 'zsh\nfish\nknot\n' })
    await folder.write({ 'bin/dpkg-query': '' }, { mode: 0o755 })
    const context = createTestContext({
      ...{ root: folder.path, env: { PATH: folder.join('bin') } },
      answer: () => ({ code: 1, stdout: 'zsh installed\nknot config-files\n' }),
    })
    expect(await checkTestPackages(context)).toMatchObject([
      { state: 'warn', fix: 'sudo apt-get install -y fish knot' },
    ])
  })

  test('are not looked for where there is no Debian', async () => {
    await using folder = await createFolder({ '.ci/packages.txt': 'zsh\n' })
    expect(await checkTestPackages(createTestContext({ root: folder.path }))).toMatchObject([{ state: 'ok' }])
  })
})

describe('mochi doctor', () => {
  test('goes on when one look breaks, and says which', async () => {
    const findings = await examine(createTestContext(), {
      broken: () => Promise.reject(new Error('no such thing')),
      fine: () => Promise.resolve([ok('fine', 'well')]),
    })
    expect(findings).toMatchObject([
      { id: 'broken', state: 'warn', found: 'could not be looked at: no such thing' },
      { id: 'fine', state: 'ok' },
    ])
  })

  /** A machine on which all is well but what a test takes away. */
  async function examineMachine(json: boolean, stamp = true) {
    await using folder = await createInstalledCheckout()
    if (!stamp) await rm(folder.join('checkout/node_modules/.mochi-stamp'))
    const prefix = folder.join('prefix')
    const context = createTestContext({
      ...{ root: folder.join('checkout'), prefix, home: folder.path, platform: 'darwin-arm64' },
      env: { MOCHI_PREFIX: prefix, SHELL: '/bin/zsh', MOCHI_REGISTRY: 'http://127.0.0.1:9' },
      userPath: folder.join('prefix/env/current/bin'),
      answer: (command) => {
        if (command.startsWith('git --version')) return { code: 0, stdout: 'git version 2.50.0' }
        if (command.includes('--check --json')) return { code: 0, stdout: INSTALLER_SAYS }
        return undefined
      },
    })
    return { code: await runDoctor(context, { json }), ...context.written }
  }

  test('ends with 0 when there are warnings only', async () => {
    const { code, stdout } = await examineMachine(false)
    expect(stdout).toMatch(/warn +registry/)
    expect(stdout).toMatch(/\nNothing is missing; 1 warning\.\n$/)
    expect(code).toBe(0)
  })

  test('ends with 1 when something that is needed is missing, and names the command that mends it', async () => {
    const { code, stdout } = await examineMachine(false, false)
    expect(stdout).toMatch(/missing +dependencies +not installed\n.*\n +mend: \.\/mochi setup\n/)
    expect(stdout).toMatch(/\n1 missing, 1 warning\.\n$/)
    expect(code).toBe(1)
  })

  test('prints documents of one shape before and after the installation', async () => {
    const installer = join(workspaceRoot, 'toolchain/install')
    await using programs = await createFolder()
    for (const name of ['tr', 'sed', 'uname']) await symlink(`/usr/bin/${name}`, programs.join(name))
    // A machine that has next to nothing: a document with a finding for everything.
    const bare = await runProcess('/bin/sh', [installer, '--check', '--json'], { env: { PATH: programs.path } })
    expect(bare.stdout).toContain('"state":"missing"')
    const full = await runProcess(installer, ['--check', '--json'], { env: process.env })
    for (const { stdout } of [bare, full, await examineMachine(true), await examineMachine(true, false)])
      expect(isDoctorDocument(JSON.parse(stdout)), stdout).toBe(true)
    expect(isDoctorDocument({ faults: 0, checks: [] })).toBe(false)
  })

  test('prints a document for a bug report', async () => {
    const { stdout } = await examineMachine(true)
    expect(JSON.parse(stdout)).toMatchObject({
      time: '2026-11-23T00:00:00.000Z',
      platform: 'darwin-arm64',
      node: process.version,
      findings: expect.arrayContaining([expect.objectContaining({ id: 'dependencies', state: 'ok' })]) as unknown,
    })
  })
})
