import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, createRandom, requireCommand, runProcess, seedFromEnvironment, soakCount } from '@mochi/testing'
import type { Random } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createInstaller, sampleTools, toolFolder } from './testing/installer.ts'
import type { Installer } from './testing/installer.ts'
import { packageMembers, packTarball } from './testing/tarball.ts'
import { findWorker, workFolderName } from './work-folder.ts'

/** Whatever stands in the prefix under its final name is complete, and what was installed before still runs. */
async function expectNothingHarmed(installer: Installer): Promise<void> {
  for (const tool of sampleTools()) {
    const folder = join(installer.prefix, toolFolder(tool))
    const files = await readdir(folder, { recursive: true }).catch(() => [])
    if (files.length > 0) expect(files.sort()).toEqual(FILES[tool.name])
  }
  const current = await readlink(join(installer.prefix, 'env/current'))
  for (const name of await readdir(join(installer.prefix, 'env', current, 'bin')))
    expect((await runProcess(join(installer.prefix, 'env/current/bin', name), [])).code).toBe(0)
}

const FILES: Record<string, string[]> = {
  alpha: ['LICENSE', 'bin', 'bin/alpha'],
  beta: ['beta', 'lib', 'lib/deep', 'lib/deep/er', 'lib/deep/er/file.txt'],
}

/**
 * Points are counted in programs that the installer starts, not in milliseconds, so that a seed repeats them: the nth
 * call of one program, before or after it has done its work, killing the installer alone or with all it started.
 */
type KillPoint = { program: string; call: number; when: 'before' | 'after'; who: 'installer' | 'group' }

/** At which somebody is surely killed, whatever is drawn: around the renames, the link and the download. */
const SURE_POINTS: KillPoint[] = [
  { program: 'curl', call: 1, when: 'after', who: 'group' },
  { program: 'ln', call: 4, when: 'before', who: 'group' },
  { program: 'mv', call: 1, when: 'before', who: 'installer' },
  { program: 'rm', call: 2, when: 'before', who: 'group' },
]

const PROGRAMS = [
  'mkdir',
  'curl',
  'sha512sum',
  'gzip',
  'tar',
  'tar',
  'chmod',
  'mv',
  'mv',
  'mv',
  'ln',
  'rm',
  'date',
  'cat',
  'wc',
]

function drawKillPoint(random: Random): KillPoint {
  const program = random.pick(PROGRAMS)
  return {
    program,
    call: random.integer(1, 4),
    when: random.pick(['before', 'after']),
    who: random.pick(['installer', 'group']),
  }
}

describe('killed with -9 at any point', () => {
  const random = createRandom(seedFromEnvironment())
  const points = Array.from({ length: soakCount(10) }, () => drawKillPoint(random))

  /** One tool is installed and stands aside as `fresh`; the lock wants a second. */
  async function createFresh() {
    const installer = await createInstaller()
    await installer.writeLock([sampleTools()[0]])
    expect((await installer.run(['--quiet'])).code).toBe(0)
    await installer.writeLock(sampleTools())
    const fresh = installer.folder.join('fresh')
    await rename(installer.prefix, fresh)
    return { installer, fresh }
  }

  test('nothing is harmed, and the next run succeeds', { timeout: 20_000 + points.length * 2000 }, async () => {
    const { installer, fresh } = await createFresh()
    await using _installer = installer
    for (const point of [...SURE_POINTS, ...points]) {
      await cp(fresh, installer.prefix, { recursive: true, verbatimSymlinks: true })
      const killed = await killDuringInstall(installer, point)
      if (SURE_POINTS.includes(point)) expect({ point, killed }).toEqual({ point, killed: true })
      await expectNothingHarmed(installer)
      expect({ point, ...(await installer.run(['--quiet'])) }).toMatchObject({ code: 0, stderr: '' })
      await expectNothingHarmed(installer)
      expect({ point, left: await readdir(join(installer.prefix, 'tmp')) }).toEqual({ point, left: [] })
      await rm(installer.prefix, { recursive: true })
    }
  })

  test('a switch that takes the old link away first does harm, and this test sees it', async () => {
    const { installer, fresh } = await createFresh()
    await using _installer = installer
    await rename(fresh, installer.prefix)
    const file = join(installer.checkout, 'toolchain/lib/generation.sh')
    const ours = 'ln -s "$generation" "$work/current" && mv -f "$work/current" "$prefix/env/"'
    const naive = 'rm -f "$prefix/env/current"; ln -s "$generation" "$prefix/env/current"'
    const text = await readFile(file, 'utf8')
    expect(text).toContain(ours)
    await writeFile(file, text.replace(ours, naive))
    expect(await killDuringInstall(installer, { program: 'ln', call: 4, when: 'before', who: 'group' })).toBe(true)
    await expect(expectNothingHarmed(installer)).rejects.toThrow('ENOENT')
  })
})

/** A script that stands in for the point's program counts its calls and, when its turn has come, kills. False: it never came. */
async function killDuringInstall(installer: Installer, { program, call, when, who }: KillPoint): Promise<boolean> {
  await using counter = await createFolder()
  const real = await realpath(join(installer.env['PATH'] ?? '', program))
  const kill = `if [ "$n" -eq ${call} ]; then kill -9 ${who === 'group' ? '"-$INSTALLER"' : '"$INSTALLER"'}; fi`
  const script = [
    '#!/bin/sh',
    `n=1; while ! /bin/mkdir "${counter.path}/$n" 2>/dev/null; do n=$((n + 1)); done`,
    ...(when === 'before' ? [kill, `exec ${real} "$@"`] : [`${real} "$@"; code=$?`, kill, 'exit $code']),
  ]
  await counter.write({ [`bin/${program}`]: `${script.join('\n')}\n` }, { mode: 0o755 })
  const env = { PATH: `${counter.join('bin')}:${installer.env['PATH'] ?? ''}` }
  const before = ['/bin/sh', '-c', 'INSTALLER=$$; export INSTALLER; exec "$@"', 'sh']
  const { code, signal } = await installer.run(['--quiet'], { env, before })
  // A turn that never came is an install that ended by itself.
  expect(signal ?? code).toBe(signal === null ? 0 : 'SIGKILL')
  return signal !== null
}

test('a job that outlives its killed parent cannot put a half removed tool in place', async () => {
  await using installer = await createInstaller()
  const left = join(installer.prefix, `tmp/${workFolderName(999_999_999)}/alpha/tree`)
  await mkdir(left, { recursive: true })
  await writeFile(join(left, 'file'), '')
  // The job takes its last step just as the next install begins to remove what the dead one left.
  const late = join(installer.prefix, 'opt/late')
  const removing = `#!/bin/sh\n/bin/mv "${left}" "${late}" 2>/dev/null\nexec /bin/rm "$@"\n`
  await installer.folder.write({ 'removing/rm': removing }, { mode: 0o755 })
  const env = { PATH: `${installer.folder.join('removing')}:${installer.env['PATH'] ?? ''}` }
  expect((await installer.run(['--quiet'], { env })).code).toBe(0)
  expect(await readdir(join(installer.prefix, 'opt'))).not.toContain('late')
  expect(await readdir(join(installer.prefix, 'tmp'))).toEqual([])
})

test('the work folder of a living process is left alone, and so is a young one of another host or container', async () => {
  await using installer = await createInstaller()
  const living = [workFolderName(process.pid), '999999999-0@elsewhere.4026531836', '999999999-0']
  const dead = [workFolderName(999_999_999), '999999999-1@elsewhere', `dead-${workFolderName(999_999_998)}`]
  for (const name of [...living, ...dead]) await mkdir(join(installer.prefix, 'tmp', name), { recursive: true })
  const threeDaysAgo = Date.now() / 1000 - 3 * 24 * 60 * 60
  await utimes(join(installer.prefix, 'tmp', '999999999-1@elsewhere'), threeDaysAgo, threeDaysAgo)
  expect((await installer.run(['--quiet'])).code).toBe(0)
  expect((await readdir(join(installer.prefix, 'tmp'))).sort()).toEqual(living.sort())
  const workers = await Promise.all(living.map((name) => findWorker(installer.prefix, name)))
  expect(workers).toEqual(living.map((name) => (name.startsWith(`${process.pid}-`) ? undefined : 999_999_999)))
})

const asRoot = process.getuid?.() === 0 && requireCommand('setpriv')
test.runIf(asRoot)('a process that we may not signal lives', async () => {
  await using installer = await createInstaller()
  await chmod(installer.folder.path, 0o755)
  const work = join(installer.home, '.mochi/tmp', workFolderName(process.pid))
  await mkdir(work, { recursive: true })
  await runProcess('chown', ['-R', '65534:65534', installer.home])
  const before = ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  expect((await installer.run(['--quiet'], { before, env: { MOCHI_PREFIX: undefined } })).code).toBe(0)
  expect(await readdir(join(installer.home, '.mochi/tmp'))).toHaveLength(1)
})

test('four installs at once all succeed', async () => {
  await using installer = await createInstaller()
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => installer.run(['--quiet'])))
  expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(4).fill({ code: 0, stderr: '' }))
  await expectNothingHarmed(installer)
  expect(await readdir(join(installer.prefix, 'tmp'))).toEqual([])
})

test('interrupted by Ctrl-C it stops its downloads and leaves no work behind', async () => {
  await using installer = await createInstaller()
  const path = [...installer.server.answers.keys()].find((name) => name.includes('alpha')) ?? ''
  const closed = Promise.withResolvers<boolean>()
  installer.server.answers.set(path, (request, response) => {
    response.writeHead(200, { 'content-length': 1_000_000 }).write('begun')
    request.once('close', () => closed.resolve(true))
  })
  const running = installer.start()
  await installer.server.requests.waitFor((request) => request.path === path)
  running.killGroup('SIGINT')
  expect((await running.ended).code).toBe(130)
  expect(await closed.promise).toBe(true)
  expect(await readdir(join(installer.prefix, 'tmp'))).toEqual([])
})

describe('the switch of env/current', () => {
  const variants: [string, boolean][] = [
    ['mv', true],
    ['busybox mv', requireCommand('busybox')],
  ]
  test.each(variants)('by "%s": the naive variant follows the link, ours replaces it', async (mv, available) => {
    if (!available) return
    await using folder = await createFolder({ 'env/old/bin/x': '', 'env/new/bin/x': '' })
    await symlink('old', folder.join('env/current'))
    const run = (script: string) => runProcess('sh', ['-c', script], { cwd: folder.path })
    await run(`ln -s new tmp && ${mv} -f tmp env/current`)
    expect(await readlink(folder.join('env/current'))).toBe('old')
    expect(await readdir(folder.join('env/old'))).toContain('tmp')
    await run(`mkdir work && ln -s new work/current && ${mv} -f work/current env/`)
    expect(await readlink(folder.join('env/current'))).toBe('new')
  })

  test.runIf(requireCommand('strace'))('is one rename: at no moment is there no current generation', async () => {
    await using installer = await createInstaller()
    await installer.run(['--quiet'])
    await installer.writeLock([
      { ...sampleTools()[0], tarball: packTarball(packageMembers({ 'bin/alpha': '#!/bin/sh\n', LICENSE: '' })) },
    ])
    const trace = installer.folder.join('trace')
    const before = ['/usr/bin/strace', '-f', '-qq', '-e', 'trace=%file', '-o', trace]
    expect((await installer.run(['--quiet'], { before })).code).toBe(0)
    const changes = (await readFile(trace, 'utf8'))
      .split('\n')
      .filter((line) => /(?:unlink|rename|symlink)\w*\(/.test(line))
    const ofCurrent = changes.filter((line) => line.includes('env/current"') || line.includes('"current"'))
    expect(ofCurrent.filter((line) => line.includes('unlink'))).toEqual([])
    expect(ofCurrent.filter((line) => line.includes('rename') && line.endsWith('= 0'))).toHaveLength(1)
  })
})
