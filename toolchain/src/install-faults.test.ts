import { chmod, chown, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { createFolder, onSmallDisk, requireCommand, requireSmallDisk, runProcess } from '@mochi/testing'
import type { Outcome } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInstaller, digestOf, registryPath, sampleTools, toolFolder } from './testing/installer.ts'
import type { Installer, Tool } from './testing/installer.ts'
import type { Answer } from './testing/artifact-server.ts'
import { INSTALLER_PROGRAMS } from './testing/programs.ts'
import { packageMembers, packTarball } from './testing/tarball.ts'
import type { Member } from './testing/tarball.ts'

/** An installer whose first generation works, and whose lock then asks for one more tool. */
async function createSecondInstall(tool: Tool = gamma()): Promise<Installer> {
  const installer = await createInstaller()
  expect((await installer.run(['--quiet'])).code).toBe(0)
  await installer.writeLock([...sampleTools(), tool])
  return installer
}

function gamma(members: readonly Member[] = packageMembers({ gamma: 'gamma\n' })): Tool {
  return { name: 'gamma', tarball: packTarball(members), links: { gamma: 'gamma' } }
}

/** The whole contract of a failure: exit code 1, one error in the shape of libs/errors, and all that worked still works. */
async function expectRefusal(installer: Installer, outcome: Outcome, code: string): Promise<void> {
  expect(outcome).toMatchObject({ code: 1, stdout: '' })
  expect(outcome.stderr).toMatch(
    new RegExp(
      `^(?:\\w+ [\\d.]+ installed .*\\n)*error: .+\\n(?: {2}where: .+\\n)? {2}next: {2}.+\\n {2}code: {2}${code} \\(\\./mochi --explain ${code}\\)\\n$`,
    ),
  )
  await expectOldGeneration(installer)
}

async function expectOldGeneration({ prefix }: Installer): Promise<void> {
  expect((await runProcess(join(prefix, 'env/current/bin/alpha'), [])).stdout).toBe('alpha runs\n')
  expect(await readdir(join(prefix, 'tmp'))).toEqual([])
  expect((await readdir(join(prefix, 'env'))).sort()).toEqual(
    [await readlink(join(prefix, 'env/current')), 'current'].sort(),
  )
  expect(await readdir(join(prefix, 'opt'))).not.toContain('gamma')
}

describe('what a server can send', () => {
  const path = registryPath(gamma())
  const whole = gamma().tarball
  const page = Buffer.from('<!DOCTYPE html><html><title>Please log in</title></html>')
  const faults: [string, Answer | undefined, string, RegExp][] = [
    [
      'other bytes',
      packTarball(packageMembers({ gamma: 'evil\n' })),
      'INSTALL_DIGEST_MISMATCH',
      /The lock wants sha512 /,
    ],
    ['a web page instead of the archive', page, 'INSTALL_NOT_AN_ARCHIVE', /answered with a web page/],
    ['nothing by that name', undefined, 'INSTALL_DOWNLOAD_FAILED', /404/],
    ['an archive that ends early, without a word', whole.subarray(0, 60), 'INSTALL_DIGEST_MISMATCH', /; 60 bytes with/],
    [
      'fewer bytes than it said, and a closed connection',
      (_request, response) => {
        response.writeHead(200, { 'content-length': whole.length })
        response.write(whole.subarray(0, 40), () => response.destroy())
      },
      'INSTALL_DOWNLOAD_FAILED',
      /transfer closed|end of response|closed/,
    ],
    ['no answer, the connection cut', (_, response) => response.destroy(), 'INSTALL_DOWNLOAD_FAILED', /mpty reply/],
    [
      'a refusal of the credentials',
      (_, response) => response.writeHead(401).end(),
      'INSTALL_DOWNLOAD_FAILED',
      /_authToken/,
    ],
  ]
  test.each(faults)('%s', async (_name, answer, code, words) => {
    await using installer = await createSecondInstall()
    if (answer === undefined) installer.server.answers.delete(path)
    else installer.server.answers.set(path, answer)
    const outcome = await installer.run()
    await expectRefusal(installer, outcome, code)
    expect(outcome.stderr).toMatch(words)
    installer.server.answers.set(path, whole)
    expect((await installer.run()).code).toBe(0)
  })

  test('nobody listens at the address', async () => {
    await using installer = await createSecondInstall()
    await installer.server[Symbol.asyncDispose]()
    await expectRefusal(installer, await installer.run(), 'INSTALL_DOWNLOAD_FAILED')
  })
})

describe('archives that the lock names but that no one should unpack', () => {
  /** From where an archive is unpacked, `prefix/tmp/<work>/tools/gamma/raw`, to the folder of the test. */
  const UP = '../../../../../..'
  /** By the folder of the test. The first three leave `escaped` there when tar is trusted with the names. */
  const evil: [string, (folder: string) => Member[]][] = [
    ['a name that leads out', () => [{ name: `package/../${UP}/escaped`, text: 'x' }]],
    ['an absolute name', (folder) => [{ name: `${folder}/escaped`, text: 'x' }]],
    [
      'a file through a link',
      () => [
        { name: 'package/link', type: 'SymbolicLink', target: `../${UP}` },
        { name: 'package/link/escaped', text: 'x' },
      ],
    ],
    ['a symbolic link', () => [{ name: 'package/link', type: 'SymbolicLink', target: `../${UP}` }]],
    ['a hard link', () => [{ name: 'package/hard', type: 'Link', target: 'package/gamma' }]],
    ['two top folders', () => [{ name: 'other/file', text: 'x' }]],
  ]
  test.each(evil)('%s', async (_name, membersFor) => {
    await using installer = await createSecondInstall()
    const members = [...packageMembers({ gamma: 'x' }), ...membersFor(installer.folder.path)]
    await installer.writeLock([...sampleTools(), gamma(members)])
    await expectRefusal(installer, await installer.run(), 'INSTALL_ARCHIVE_UNSAFE')
    expect(await readdir(installer.folder.path)).not.toContain('escaped')
  })

  test.each(evil.slice(0, 3))(
    'unpacked by a tar that is trusted, %s would leave its folder',
    async (_name, membersFor) => {
      await using folder = await createFolder()
      await folder.write({ 'prefix/tmp/1-0/tools/gamma/raw/.keep': '' })
      await writeFile(folder.join('evil'), packTarball(membersFor(folder.path)))
      await runProcess('tar', ['-xzPf', folder.join('evil'), '-C', folder.join('prefix/tmp/1-0/tools/gamma/raw')])
      expect(await readdir(folder.path)).toContain('escaped')
    },
  )

  test('busybox shows a hard link as a file with an arrow, and it is refused all the same', async () => {
    if (!requireCommand('busybox')) return
    await using installer = await createInstaller()
    await runProcess('ln', ['-sf', '/usr/bin/busybox', join(installer.env['PATH'] ?? '', 'tar')])
    await installer.writeLock([
      gamma([...packageMembers({ gamma: 'x' }), { name: 'package/hard', type: 'Link', target: '/etc/passwd' }]),
    ])
    expect((await installer.run()).stderr).toContain('INSTALL_ARCHIVE_UNSAFE')
  })

  test('more bytes than the limit, from few', async () => {
    const bomb = packageMembers({ gamma: '\0'.repeat(20_000_000) })
    await using installer = await createSecondInstall(gamma(bomb))
    const outcome = await installer.run([], { env: { MOCHI_TOOLCHAIN_MAX_BYTES: '10000000' } })
    await expectRefusal(installer, outcome, 'INSTALL_ARCHIVE_UNSAFE')
    expect((await installer.run()).code).toBe(0)
  })

  test('bytes that are no archive at all', async () => {
    await using installer = await createSecondInstall({ ...gamma(), tarball: gzipSync('no tar') })
    await expectRefusal(installer, await installer.run(), 'INSTALL_ARCHIVE_DAMAGED')
  })

  test('an archive without the file that the lock links, or keeps', async () => {
    await using installer = await createSecondInstall({ ...gamma(), links: { gamma: 'bin/gamma' } })
    await expectRefusal(installer, await installer.run(), 'INSTALL_ARCHIVE_DAMAGED')
    await installer.writeLock([...sampleTools(), { ...gamma(), keep: ['gamma', 'LICENSE'] }])
    await expectRefusal(installer, await installer.run(), 'INSTALL_ARCHIVE_DAMAGED')
  })

  test('a file that is not the one which every source must give', async () => {
    const content = { path: 'gamma', digest: digestOf('sha256', 'another') }
    await using installer = await createSecondInstall({ ...gamma(), content })
    await expectRefusal(installer, await installer.run(), 'INSTALL_CONTENT_MISMATCH')
    await installer.writeLock([
      ...sampleTools(),
      { ...gamma(), content: { path: 'gamma', digest: digestOf('sha256', 'gamma\n') } },
    ])
    expect((await installer.run()).code).toBe(0)
  })
})

describe('the naive variant, which these tests are for', () => {
  test('unpacking while downloading leaves files of an archive that is then refused', async () => {
    await using installer = await createInstaller()
    const naive = 'mkdir -p "$2" && curl -s "$1" | tee archive | tar -xz -C "$2" && test "$(sha512sum <archive)" = "$3"'
    const url = `${installer.server.url}${registryPath(sampleTools()[0])}`
    const unpacked = installer.folder.join('naive')
    const { code } = await runProcess('sh', ['-c', naive, 'naive', url, unpacked, 'wanted'], {
      cwd: installer.folder.path,
    })
    expect({ refused: code !== 0, left: await readdir(unpacked) }).toEqual({ refused: true, left: ['package'] })
  })
})

describe('a prefix that nobody can write', () => {
  /** Runs a script where the prefix is read-only, as in the image of a container. */
  async function runOnImage(installer: Installer, script: string): Promise<Outcome> {
    const mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"'
    const env = { ...installer.env, PATH: `${installer.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/bin` }
    const args = ['--mount', 'sh', '-c', `${mount} && ${script}`, installer.prefix]
    return runProcess('unshare', args, { cwd: installer.checkout, env })
  }

  test.runIf(requireSmallDisk())('will do where it is whole; where it is not, that is an error', async () => {
    await using installer = await createInstaller()
    await installer.run(['--quiet'])
    const again = await runOnImage(installer, 'dash toolchain/install --prefix "$0"')
    expect(again).toMatchObject({ code: 0, stderr: '' })
    await installer.writeLock([...sampleTools(), gamma(packageMembers({ gamma: 'new' }))])
    const lacking = await runOnImage(installer, 'dash toolchain/install')
    expect(lacking).toMatchObject({ code: 1, stderr: expect.stringContaining('INSTALL_PREFIX_UNUSABLE') as string })
  })
})

describe('a disk that is full', () => {
  test.runIf(requireSmallDisk())('is named as such, and nothing that worked is harmed', async () => {
    await using installer = await createInstaller()
    const noise = Buffer.alloc(6_000_000, 'x').toString()
    await mkdir(installer.prefix)
    const small = sampleTools()
    // Both runs in one mount: the first fills the prefix, the second has no room for what is new.
    await installer.writeLock(small)
    const first = await readFile(join(installer.checkout, 'toolchain/toolchain.lock'), 'utf8')
    await installer.writeLock([...small, gamma(packageMembers({ gamma: noise }))])
    const second = await readFile(join(installer.checkout, 'toolchain/toolchain.lock'), 'utf8')
    await installer.folder.write({ first, second })
    const script = [
      'chmod 755 "$MOCHI_PREFIX"; lock=toolchain/toolchain.lock; cp ../first $lock; dash toolchain/install --quiet || exit 9',
      'cp ../second $lock; dash toolchain/install; code=$?',
      '"$MOCHI_PREFIX/env/current/bin/alpha"; ls "$MOCHI_PREFIX/tmp"; exit $code',
    ].join('\n')
    const [command, ...args] = onSmallDisk({ folder: installer.prefix, size: '4m' }, ['sh', '-c', script])
    const outcome = await runProcess(command, args, {
      cwd: installer.checkout,
      env: { ...installer.env, PATH: `${installer.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/bin` },
    })
    expect(outcome).toMatchObject({ code: 1, stdout: expect.stringMatching(/alpha runs\n$/) as string })
    expect(outcome.stderr).toMatch(
      /^error: The disk of the prefix is full: [1-4]\.\d MB were free before; .*\n {2}where: .*\n {2}next: {2}free .*another\/disk.*\n {2}code: {2}INSTALL_DISK_FULL .*\n$/,
    )
  })
})

describe('a prefix that cannot be used', () => {
  test('below a file', async () => {
    await using installer = await createInstaller()
    await installer.folder.write({ file: '' })
    const outcome = await installer.run(['--prefix', installer.folder.join('file/prefix')])
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('INSTALL_PREFIX_UNUSABLE') as string })
  })

  test('writable by others, itself or a folder above it; and a sticky folder above it is fine', async () => {
    await using installer = await createInstaller()
    await mkdir(installer.prefix)
    await chmod(installer.prefix, 0o777)
    expect((await installer.run()).stderr).toMatch(/chmod go-w '.*prefix'\n.*INSTALL_PREFIX_UNSAFE/)
    const below = join(installer.prefix, 'below')
    expect((await installer.run(['--prefix', below])).stderr).toContain('INSTALL_PREFIX_UNSAFE')
    await chmod(installer.prefix, 0o1777)
    expect((await installer.run(['--prefix', below])).code).toBe(0)
    expect((await installer.run()).stderr).toContain('INSTALL_PREFIX_UNSAFE')
  })

  test('of which a folder inside is writable by others, sticky or not', async () => {
    await using installer = await createInstaller()
    expect((await installer.run(['--quiet'])).code).toBe(0)
    const inside = ['tmp', 'var', 'var/toolchain', 'env', 'opt', 'opt/alpha', toolFolder(sampleTools()[0])]
    for (const name of inside) {
      await chmod(join(installer.prefix, name), 0o1777)
      const { code, stderr } = await installer.run()
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`/${name}'\n`) as string })
      await chmod(join(installer.prefix, name), 0o755)
    }
    expect((await installer.run()).code).toBe(0)
  })

  test('by a link: what is used and shown is the folder itself, and that is what must be safe', async () => {
    await using installer = await createInstaller()
    await installer.folder.write({ 'open/file': '', 'real/file': '' })
    await chmod(installer.folder.join('open'), 0o777)
    await symlink(installer.folder.join('real'), installer.folder.join('open/link'))
    const args = ['--quiet', '--prefix', installer.folder.join('open/link')]
    const { code, stdout } = await installer.run(args)
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${installer.folder.path}/real/env/${await installer.generation()}\n`,
    })
    const profile = await readFile(installer.folder.join('real/etc/profile.sh'), 'utf8')
    expect(profile).not.toContain('open/link')
    await chmod(installer.folder.join('real'), 0o777)
    expect((await installer.run(args)).stderr).toContain('INSTALL_PREFIX_UNSAFE')
  })

  test('with letters of any language it can', async () => {
    await using installer = await createInstaller()
    const prefix = installer.folder.join('home of jürgen & 山 (2)')
    expect(await installer.run(['--quiet', '--prefix', prefix])).toMatchObject({ code: 0, stderr: '' })
    const profile = `. '${prefix}/etc/profile.sh'; alpha`
    expect((await runProcess('sh', ['-c', profile])).stdout).toBe('alpha runs\n')
  })

  test('with a character that PATH or a shell would take for its own', async () => {
    await using installer = await createInstaller()
    for (const character of [':', "'", '"', '\\', '$', '`', '\n', '\x7f'])
      expect((await installer.run(['--prefix', `${installer.prefix}${character}x`])).stderr).toContain(
        'INSTALL_PREFIX_UNUSABLE',
      )
  })

  const asNobody = process.getuid?.() === 0 && requireCommand('setpriv')
  test.runIf(asNobody)('of somebody else, or that we may not write: no other folder is taken instead', async () => {
    await using installer = await createInstaller()
    await chmod(installer.folder.path, 0o755)
    await chown(installer.home, 65_534, 65_534)
    const before = ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    const outcome = await installer.run([], { before })
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('INSTALL_PREFIX_UNUSABLE') as string })
    expect(await readdir(installer.home)).toEqual([])
    const atHome = await installer.run(['--quiet'], { before, env: { MOCHI_PREFIX: undefined } })
    expect(atHome).toMatchObject({ code: 0, stdout: `${installer.home}/.mochi/env/${await installer.generation()}\n` })
    await mkdir(installer.prefix)
    await chown(installer.prefix, 65_534, 65_534)
    expect((await installer.run()).stderr).toContain('belong to you or root; one belongs to user 65534')
  })
})

describe('the lock', () => {
  let installer: Installer
  let lock: string
  beforeAll(async () => {
    installer = await createInstaller()
    lock = join(installer.checkout, 'toolchain/toolchain.lock')
  })
  afterAll(() => installer[Symbol.asyncDispose]())

  test('whose id is not that of its content is refused before a server is asked', async () => {
    const text = await readFile(lock, 'utf8')
    await writeFile(lock, text.replace('alpha=bin/alpha', 'alpha=bin/other'))
    expect((await installer.run()).stderr).toContain('INSTALL_LOCK_DAMAGED')
    await writeFile(lock, text.replace(/^generation .*/, 'generation ????????????????'))
    expect((await installer.run()).stderr).toContain('INSTALL_LOCK_DAMAGED')
    await writeFile(lock, '')
    expect((await installer.run()).stderr).toContain('INSTALL_LOCK_DAMAGED')
    expect(installer.server.requests.items).toEqual([])
  })

  test.each(['../../x', '/bin/x', 'a b', '$(id)'])('that links %j is refused', async (link) => {
    await installer.writeLock([{ ...gamma(), links: { gamma: link } }])
    expect((await installer.run()).stderr).toContain('INSTALL_LOCK_DAMAGED')
  })

  test('that is not there', async () => {
    await runProcess('rm', [lock])
    expect((await installer.run()).stderr).toContain('INSTALL_LOCK_MISSING')
  })

  test('that has nothing for the platform, and a platform that does not exist', async () => {
    await installer.writeLock(sampleTools())
    expect((await installer.run(['--platform', 'plan9-x64'])).stderr).toContain('INSTALL_PLATFORM_UNKNOWN')
    const text = (await readFile(lock, 'utf8'))
      .replace(/^generation.*\n/, '')
      .replace(/^artifact beta .* darwin-x64 .*\n/m, '')
    await writeFile(lock, `generation ${digestOf('sha256', text).slice(7, 23)}\n${text}`)
    const outcome = await installer.run(['--platform', 'darwin-x64'])
    expect(outcome.stderr).toMatch(/no artefact of beta for darwin-x64[^]*INSTALL_PLATFORM_UNKNOWN/)
  })
})

test.each([
  ['a downloader', ['curl'], 'Neither curl nor wget'],
  ['a digest program', ['sha256sum', 'sha512sum'], 'None of sha512sum, shasum and openssl'],
  ['tar', ['tar'], 'tar is not installed'],
  ['gzip', ['gzip'], 'gzip is not installed'],
])('a machine without %s is told so, and how to get it', async (_what, without, words) => {
  await using installer = await createInstaller({
    programs: INSTALLER_PROGRAMS.filter((name) => !without.includes(name)),
  })
  const { code, stderr } = await installer.run()
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) as string })
  expect(stderr).toContain('INSTALL_PROGRAM_MISSING')
})
