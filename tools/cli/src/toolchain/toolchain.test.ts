import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { cp, mkdir, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reservedNames } from '@mochi/names'
import { createFolder, listenOnFreePort, workspaceRoot } from '@mochi/testing'
import type { LockReport } from '@mochi/toolchain'
import { describe, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { createTestContext } from '../testing/test-context.ts'
import { formatMended } from './check.ts'
import { formatLockReport } from './lock.ts'
import { artifactOptions } from './place.ts'
import type { TestContextOptions } from '../testing/test-context.ts'

async function call(args: string[], options: TestContextOptions) {
  const context = createTestContext({ columns: 200, answer: () => undefined, ...options })
  const code = await runCli(['toolchain', ...args].slice(args[0] === 'uninstall' ? 1 : 0), context, '0')
  return { code, ...context.written }
}

/** The files of a checkout that decide about its toolchain, and an empty prefix beside it. */
async function createPlace() {
  const folder = await createFolder()
  const root = folder.join('checkout')
  const home = folder.join('home')
  const prefix = `${home}/.mochi`
  const files = ['toolchain/toolchain.json', 'toolchain/toolchain.lock', 'toolchain/bin', 'pnpm-lock.yaml']
  await mkdir(home)
  await Promise.all(files.map((file) => cp(join(workspaceRoot, file), join(root, file), { recursive: true })))
  const lock = await readFile(`${root}/toolchain/toolchain.lock`, 'utf8')
  const wanted = /^generation (\S+)/.exec(lock)?.[1] ?? ''
  return { folder, prefix, wanted, options: { root, home, prefix, env: { MOCHI_PREFIX: prefix } } }
}

describe('mochi toolchain', () => {
  test('list shows the pinned tools, and says how to install them where they are not', async () => {
    const { folder, wanted, options } = await createPlace()
    await using _folder = folder
    const { code, stdout } = await call(['list'], options)
    expect(code).toBe(0)
    // That of the npm package, which need not be what the tool says of itself.
    expect(stdout).toMatch(/^tool +package version +commands +folder \(/)
    for (const tool of ['node', 'npm', 'pnpm', 'ripgrep', 'lefthook'])
      expect(stdout).toMatch(new RegExp(`^${tool} +\\d`, 'm'))
    expect(stdout).toContain('not installed')
    expect(stdout).toContain(`No generation is installed; ./mochi setup installs ${wanted}.`)
    const data = JSON.parse((await call(['list', '--json'], options)).stdout) as Record<string, unknown>
    expect(data).toMatchObject({ platform: 'linux-x64', wanted, generations: [] })
  })

  test('list shows which generation is wanted, which is current, and which this shell uses', async () => {
    const { folder, prefix, wanted, options } = await createPlace()
    await using _folder = folder
    for (const id of [wanted, '0123456789abcdef']) await mkdir(`${prefix}/env/${id}/bin`, { recursive: true })
    await symlink('0123456789abcdef', `${prefix}/env/current`)
    const { stdout } = await call(['list'], options)
    expect(stdout).toMatch(new RegExp(`^${wanted} +wanted here`, 'm'))
    expect(stdout).toMatch(/^0123456789abcdef +current +-/m)
    expect(stdout).not.toContain('on PATH')
    const listWith = async (...entries: string[]) =>
      (await call(['list'], { ...options, userPath: [...entries, '/usr/bin'].join(':') })).stdout
    expect(await listWith(`${prefix}/env/current/bin`)).toMatch(/^0123456789abcdef +current, on PATH +-/m)
    const both = await listWith(`${prefix}/env/${wanted}/bin`, `${prefix}/env/current/bin`)
    expect(both).toMatch(new RegExp(`^${wanted} +wanted here, on PATH +-`, 'm'))
    expect(both).toMatch(/^0123456789abcdef +current +-/m)
    const data = await call(['list', '--json'], { ...options, userPath: `${prefix}/env/current/bin` })
    expect(JSON.parse(data.stdout)).toMatchObject({
      generations: [
        { id: '0123456789abcdef', current: true, onPath: true },
        { id: wanted, onPath: false },
      ].toSorted((left, right) => (left.id < right.id ? -1 : 1)),
    })
  })

  test('list says so when others are installed and not the one of this checkout', async () => {
    const { folder, prefix, wanted, options } = await createPlace()
    await using _folder = folder
    await mkdir(`${prefix}/env/0123456789abcdef/bin`, { recursive: true })
    const { stdout } = await call(['list'], options)
    expect(stdout).toContain(`The generation of this checkout is not installed; ./mochi setup installs ${wanted}.\n`)
  })

  test('id prints the id alone', async () => {
    const { folder, wanted, options } = await createPlace()
    await using _folder = folder
    expect(await call(['id'], options)).toEqual({ code: 0, stdout: `${wanted}\n`, stderr: '' })
    expect(JSON.parse((await call(['id', '--json'], options)).stdout)).toEqual({ generation: wanted })
  })

  test('check finds both locks complete, and a lock that lacks a platform not', async () => {
    const { folder, options } = await createPlace()
    await using _folder = folder
    expect(await call(['check'], options)).toMatchObject({ code: 0, stderr: '' })
    const text = await readFile(join(options.root, 'pnpm-lock.yaml'), 'utf8')
    await folder.write({
      'checkout/pnpm-lock.yaml': text.replaceAll(/^ {2}'@rolldown\/binding-darwin-arm64@[\s\S]*?\n\n/gm, ''),
    })
    const { code, stderr } = await call(['check'], options)
    expect(code).toBe(1)
    expect(stderr).toContain('darwin-arm64')
  })

  test('verify and rollback say what is missing where nothing is installed', async () => {
    const { folder, options } = await createPlace()
    await using _folder = folder
    expect(await call(['verify'], options)).toMatchObject({ code: 1, stdout: '' })
    const { code, stdout } = await call(['rollback', '--json'], options)
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toHaveProperty('error.code')
  })

  test('rollback makes current what was used before, then says how to go on, and goes to what is named', async () => {
    const { folder, prefix, wanted, options } = await createPlace()
    await using _folder = folder
    const ids = ['0123456789abcdef', 'fedcba9876543210']
    for (const id of ids) await mkdir(`${prefix}/env/${id}/bin`, { recursive: true })
    await mkdir(`${prefix}/opt`)
    await symlink(ids[1] ?? '', `${prefix}/env/current`)
    await mkdir(`${prefix}/var/toolchain`, { recursive: true })
    const history = ids.map((id, day) => `2026-11-0${day + 1}T00:00:00Z ${id} ${options.root}\n`).join('')
    await writeFile(`${prefix}/var/toolchain/history`, history)
    const { code, stdout } = await call(['rollback'], options)
    expect(code).toBe(0)
    expect(stdout).toContain(`Generation ${ids[0] ?? ''} is current in ${prefix}; it was ${ids[1] ?? ''}.`)
    expect(stdout).toMatch(new RegExp(`\\nThe lock of this checkout still wants ${wanted}: take toolchain\\.lock back`))
    expect(await readlink(`${prefix}/env/current`)).toBe(ids[0])
    await mkdir(`${prefix}/env/${wanted}/bin`, { recursive: true })
    expect((await call(['rollback', wanted], options)).stdout.split('\n')).toEqual([
      `Generation ${wanted} is current in ${prefix}; it was ${ids[0] ?? ''}.`,
      '',
    ])
    await rm(`${prefix}/env/${wanted}`, { recursive: true })
    expect((await call(['rollback', ids[0] ?? ''], options)).code).toBe(0)
    const again = await call(['rollback'], options)
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toContain(`  next:  ./mochi toolchain rollback ${ids[1] ?? ''}\n`)
    expect((await call(['rollback', ids[1] ?? ''], options)).code).toBe(0)
    expect(await readlink(`${prefix}/env/current`)).toBe(ids[1])
    expect((await call(['rollback', ids[1] ?? ''], options)).stdout).toMatch(/^Nothing to do: /)
    expect((await call(['rollback', 'abc'], options)).stderr).toContain('code:  TOOLCHAIN_GENERATION_UNKNOWN')
  })

  test('lock ends with an error, and leaves the lock alone, when the registry gives nothing', async () => {
    const { folder, options } = await createPlace()
    await using _folder = folder
    await using registry = await listenOnFreePort(createServer((_request, response) => response.writeHead(503).end()))
    const before = await readFile(join(options.root, 'toolchain/toolchain.lock'), 'utf8')
    const env = { ...options.env, MOCHI_REGISTRY: registry.url, MOCHI_NODE_SITE: registry.url }
    const { code, stderr } = await call(['lock', '--update'], { ...options, env })
    expect(code).toBe(1)
    expect(stderr).toMatch(/code: {2}TOOLCHAIN_/)
    expect(await readFile(join(options.root, 'toolchain/toolchain.lock'), 'utf8')).toBe(before)
  })

  test('bundle ends with an error, and writes no file, when the registry gives nothing', async () => {
    const { folder, options } = await createPlace()
    await using _folder = folder
    await using registry = await listenOnFreePort(createServer((_request, response) => response.writeHead(503).end()))
    const env = { ...options.env, MOCHI_REGISTRY: registry.url, MOCHI_NODE_SITE: registry.url }
    const args = ['bundle', '--platform', 'darwin-arm64', '--output', 'out.tar']
    expect(await call(args, { ...options, env, cwd: options.home })).toMatchObject({ code: 1, stdout: '' })
    await expect(readFile(`${options.home}/out.tar`)).rejects.toThrow('ENOENT')
  })

  test('bundle is for a machine like this one unless another is named', async () => {
    const { folder, options } = await createPlace()
    await using _folder = folder
    const { stderr } = await call(['bundle'], { ...options, platform: 'plan9-x64' })
    expect(stderr).toContain('darwin-arm64, found plan9-x64.')
  })

  test('bundle refuses a platform that there is none of, by its code', async () => {
    const { code, stderr } = await call(['bundle', '--platform', 'plan9-x64'], {})
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /darwin-arm64, found plan9-x64\.[^]*next: {2}\.\/mochi toolchain bundle --platform linux-x64\n[^]*code: {2}CLI_UNKNOWN_PLATFORM/,
    )
  })

  test('prune shows first and removes then', async () => {
    const { folder, prefix, options } = await createPlace()
    await using _folder = folder
    await mkdir(`${prefix}/opt`, { recursive: true })
    await mkdir(`${prefix}/env/0123456789abcdef/bin`, { recursive: true })
    await mkdir(`${prefix}/var/toolchain/artifacts`, { recursive: true })
    await writeFile(`${prefix}/var/toolchain/artifacts/sha256-00`, 'archive')
    const shown = await call(['prune', '--dry-run'], options)
    expect(shown.stdout).toMatch(/^would remove .*0123456789abcdef/m)
    expect(shown.stdout).toContain('1 generation, 1 archive: 7 B would be freed; nothing was removed.')
    expect((await call(['prune'], options)).stdout).toMatch(/^removed .*0123456789abcdef/m)
    expect((await call(['prune'], options)).stdout).toContain('Nothing is there that could go.')
  })
})

test('archives are kept in a folder of var/ that no app can have for its data', async () => {
  const env = { MOCHI_REGISTRY: 'https://registry.example' }
  const { cache } = await artifactOptions(createTestContext({ prefix: '/p', env }))
  expect(reservedNames.map((name) => `/p/var/${name}/artifacts`)).toContain(cache)
})

test('verify --fix tells what it has mended', () => {
  const mended = [new Error('ripgrep: /p/opt/rg has changed.'), new Error('/p/env/x: expected a link.')]
  expect(formatMended({ mended })).toBe('mended  ripgrep: /p/opt/rg has changed.\nmended  /p/env/x: expected a link.\n')
  expect(formatMended({ mended: [] })).toBe('')
})

describe('What lock tells', () => {
  const report: LockReport = {
    ...{ generation: 'aaaa', previous: 'bbbb', written: true, notes: ['the site is away'] },
    changes: [{ kind: 'changed', name: 'npm linux-x64', detail: '1.0.0 becomes 1.1.0' }],
    updated: [{ tool: 'npm', from: '1.0.0', to: '1.1.0' }],
  }

  test('is what moved, what changed, what to know, and the next command', () => {
    expect(formatLockReport(report, { dryRun: false }, 100).split('\n')).toEqual([
      'npm: 1.0.0 becomes 1.1.0',
      'changed  npm linux-x64  1.0.0 becomes 1.1.0',
      'note: the site is away',
      'Wrote toolchain.lock: generation aaaa. Next: ./mochi setup, then commit both files.',
      '',
    ])
  })

  test('says that a dry run wrote nothing, and that nothing was to be written', () => {
    const dry = formatLockReport({ ...report, written: false }, { dryRun: true }, 100)
    expect(dry).toContain('Would write toolchain.lock: generation aaaa. Nothing was written.')
    const same = formatLockReport({ ...report, written: false, changes: [] }, { dryRun: false }, 100)
    expect(same).toContain('toolchain.lock is as toolchain.json wants it: generation aaaa.')
  })
})

describe('mochi toolchain profile', () => {
  test('adds one line to the start file of the user’s shell, once, and takes it out again', async () => {
    await using folder = await createFolder({ '.zshrc': 'alias l=ls\n' })
    const options = { home: folder.path, prefix: folder.join('p'), env: { SHELL: '/bin/zsh' } }
    const added = await call(['profile', 'add'], options)
    expect(added).toMatchObject({ code: 0, stderr: '' })
    expect(added.stdout).toContain(`Wrote ${folder.join('.zshrc')}.`)
    expect(await readFile(folder.join('.zshrc'), 'utf8')).toContain(folder.join('p'))
    expect((await call(['profile', 'add'], options)).stdout).toMatch(/^Nothing to do/)
    expect((await call(['profile', 'remove'], options)).stdout).toMatch(/^Took the line out of/)
    expect(await readFile(folder.join('.zshrc'), 'utf8')).toBe('alias l=ls\n')
  })

  test.each([
    ['zsh', 'ZDOTDIR', '.zshrc'],
    ['fish', 'XDG_CONFIG_HOME', 'fish/config.fish'],
  ])('writes where %s looks when %s moves its start file', async (shell, variable, file) => {
    await using folder = await createFolder()
    const env = { SHELL: `/bin/${shell}`, [variable]: folder.join('moved') }
    await mkdir(folder.join('moved'))
    const { stdout } = await call(['profile', 'add'], { home: folder.join('home'), env })
    expect(stdout).toContain(`Wrote ${folder.join('moved', file)}.`)
  })

  test('asks for the shell where SHELL names none that it knows', async () => {
    const { code, stderr } = await call(['profile', 'add'], { env: { SHELL: '/bin/tcsh' } })
    expect(code).toBe(1)
    expect(stderr).toContain('found /bin/tcsh')
    expect(stderr).toContain('next:  ./mochi toolchain profile add --shell bash')
  })
})

describe('mochi uninstall', () => {
  async function createPrefix() {
    const folder = await createFolder({ 'p/opt/node/1-abc/bin/node': 'x', 'p/etc/host.json': '{}' })
    await mkdir(folder.join('p/env/0123456789abcdef/bin'), { recursive: true })
    return folder
  }

  test('removes nothing before somebody confirms, and shows what would go and what stays', async () => {
    await using folder = await createPrefix()
    const { code, stdout, stderr } = await call(['uninstall'], { prefix: folder.join('p'), home: folder.path })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^would remove /m)
    expect(stderr).toContain('next:  ./mochi uninstall --yes')
    expect(await readFile(folder.join('p/opt/node/1-abc/bin/node'), 'utf8')).toBe('x')
    expect(await call(['uninstall', '--dry-run'], { prefix: folder.join('p'), home: folder.path })).toMatchObject({
      code: 0,
    })
  })

  test('says that the line in the start file stays, and how to take it out', async () => {
    await using folder = await createPrefix()
    const options = { prefix: folder.join('p'), home: folder.path, env: { SHELL: '/bin/zsh' } }
    await call(['profile', 'add'], options)
    const { stdout } = await call(['uninstall', '--dry-run'], options)
    expect(stdout).toMatch(/^stays .*\.zshrc .*\.\/mochi toolchain profile remove --shell zsh$/m)
  })

  test('with --yes takes the git hooks away first, and advises nothing that needs the tools', async () => {
    await using folder = await createPrefix()
    await folder.write({ 'hooks/pre-commit': './mochi exec -- lefthook run pre-commit' })
    const place = { root: folder.join('checkout'), prefix: folder.join('p'), home: folder.path }
    const context = createTestContext({
      ...{ ...place, env: { SHELL: '/bin/zsh' }, columns: 400 },
      answer: (command) => {
        const standing = existsSync(folder.join('p/opt/node/1-abc/bin/node'))
        if (command === 'lefthook uninstall') return { code: standing ? 0 : 1 }
        return { code: 0, stdout: folder.join('hooks/pre-commit') }
      },
    })
    await runCli(['toolchain', 'profile', 'add'], context, '0')
    expect(await runCli(['uninstall', '--yes'], context, '0')).toBe(0)
    const { stdout } = context.written
    expect(stdout).toContain(`removing  the git hooks of ${place.root}`)
    expect(stdout).toMatch(/^stays .*\.zshrc +the line that put the tools on PATH, and does nothing now: delete it/m)
    expect(stdout.slice(stdout.indexOf('removing'))).not.toContain('mochi ')
    expect(context.commands).toContain('lefthook uninstall')
    expect(existsSync(folder.join('p/opt'))).toBe(false)
  })

  test('removes nothing when the git hooks cannot be taken away', async () => {
    await using folder = await createPrefix()
    const hook = folder.join('hooks/pre-commit')
    await folder.write({ 'hooks/pre-commit': './mochi exec -- lefthook run pre-commit' })
    const answer = (command: string) =>
      command.startsWith('git ') ? { code: 0, stdout: hook } : { code: 1, stderr: 'no such thing' }
    const options = { root: folder.join('checkout'), prefix: folder.join('p'), home: folder.path, answer }
    const { code, stderr } = await call(['uninstall', '--yes'], options)
    expect(code).toBe(1)
    expect(stderr).toContain(`no such thing\n  where: ${hook}\n  next:  rm '${hook}', then ./mochi uninstall --yes\n`)
    expect(stderr).toContain('code:  CLI_HOOKS_STAY')
    expect(existsSync(folder.join('p/opt/node/1-abc/bin/node'))).toBe(true)
  })

  test('names what stays outside of the prefix: dependencies, and what pnpm and Nx share', async () => {
    await using folder = await createPrefix()
    await folder.write({
      'checkout/node_modules/.mochi-stamp': '',
      '.local/share/pnpm/store/v11/x': '',
      '.cache/pnpm/x': '',
      '.nx/x': '',
      'hooks/pre-commit': './mochi exec -- lefthook run pre-commit',
    })
    const options = { root: folder.join('checkout'), prefix: folder.join('p'), home: folder.path }
    const answer = () => ({ code: 0, stdout: folder.join('hooks/pre-commit') })
    const { stdout } = await call(['uninstall', '--dry-run'], { ...options, answer, columns: 400 })
    expect(stdout).toMatch(/^would remove +the git hooks of .*\/checkout +the next commit would install /m)
    const stays = (text: string) => [...text.matchAll(/^stays +(\/\S+)/gm)].map(([, path = '']) => path)
    const names = ['p/etc/host.json', 'checkout/node_modules', '.local/share/pnpm/store', '.cache/pnpm', '.nx']
    expect(stays(stdout)).toEqual(names.map((name) => folder.join(name)))

    const moved = {
      PNPM_HOME: folder.join('checkout'),
      XDG_CACHE_HOME: folder.join('lost'),
      NX_CACHE_DIRECTORY: '/lost',
    }
    await folder.write({ 'checkout/store/x': '' })
    const elsewhere = await call(['uninstall', '--dry-run'], { ...options, env: moved })
    expect(elsewhere.stdout).not.toContain('git hooks')
    expect(stays(elsewhere.stdout).slice(1)).toEqual([
      folder.join('checkout/node_modules'),
      folder.join('checkout/store'),
    ])
  })

  test('looks for a relative Nx cache where Nx does, in the checkout', async () => {
    await using folder = await createPrefix()
    await folder.write({ 'checkout/kept/x': '' })
    const options = { root: folder.join('checkout'), prefix: folder.join('p'), home: folder.path, cwd: folder.path }
    const { stdout } = await call(['uninstall', '--dry-run'], { ...options, env: { NX_CACHE_DIRECTORY: 'kept' } })
    expect(stdout).toMatch(new RegExp(`^stays +${folder.join('checkout/kept')} +results of tasks`, 'm'))
  })

  test('removes with --yes', async () => {
    await using folder = await createPrefix()
    const { code, stdout } = await call(['uninstall', '--yes', '--json'], {
      prefix: folder.join('p'),
      home: folder.path,
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ removed: true, prefix: folder.join('p') })
    await expect(readFile(folder.join('p/opt/node/1-abc/bin/node'))).rejects.toThrow('ENOENT')
  })
})

describe('Where MOCHI_PREFIX names another prefix than the one in use', () => {
  const NODE = '.mochi/opt/node/1-abc/bin/node'

  /** A prefix in use with a generation that nothing wants, and hooks. `there` is what MOCHI_PREFIX names. */
  async function createUsed() {
    const { folder, options } = await createPlace()
    const used = folder.join('home/.mochi')
    const ids = ['0123456789abcdef', 'fedcba9876543210']
    for (const id of ids) await mkdir(`${used}/env/${id}/bin`, { recursive: true })
    await symlink(ids[1] ?? '', `${used}/env/current`)
    await mkdir(`${used}/var/toolchain`, { recursive: true })
    const history = ids.map((id, day) => `2026-11-0${day + 1}T00:00:00Z ${id} ${options.root}\n`).join('')
    await writeFile(`${used}/var/toolchain/history`, history)
    await folder.write({ [`home/${NODE}`]: '', 'hooks/pre-commit': 'lefthook' })
    const answer = () => ({ code: 0, stdout: folder.join('hooks/pre-commit') })
    const before = await readdir(folder.path, { recursive: true })
    const isAsBefore = async () => expect(await readdir(folder.path, { recursive: true })).toEqual(before)
    return { folder, isAsBefore, options: { ...options, cwd: folder.path, answer, prefix: used } }
  }

  test.each([
    ['uninstall --yes', 0, 'Nothing of ours stands in '],
    ['prune', 0, 'Nothing of ours stands in '],
    ['rollback', 1, 'TOOLCHAIN_NO_PREVIOUS'],
    ['rollback 0123456789abcdef', 1, 'TOOLCHAIN_GENERATION_UNKNOWN'],
  ])('`%s` leaves the one in use alone, and says so', async (line, code, words) => {
    const { folder, isAsBefore, options } = await createUsed()
    await using _folder = folder
    const called = await call(line.split(' '), { ...options, env: { MOCHI_PREFIX: 'there' } })
    expect({ ...called, words: called.stdout + called.stderr }).toMatchObject({
      code,
      words: expect.stringContaining(words) as string,
    })
    expect(called.stdout + called.stderr).not.toContain('git hooks')
    await isAsBefore()
  })

  test('uninstall removes the named one, by a link too, and leaves the hooks, which still work', async () => {
    const { folder, isAsBefore, options } = await createUsed()
    await using _folder = folder
    await folder.write({ 'there/env/x': '', 'there/opt/x': '' })
    await symlink('there', folder.join('link'))
    const { code, stdout } = await call(['uninstall', '--yes'], { ...options, env: { MOCHI_PREFIX: 'link' } })
    expect({ code, hooks: stdout.includes('git hooks') }).toEqual({ code: 0, hooks: false })
    expect(existsSync(folder.join('there'))).toBe(false)
    await rm(folder.join('link'))
    await isAsBefore()
  })
})
