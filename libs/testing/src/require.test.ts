import { describe, expect, test } from 'vitest'
import { createFolder } from './folder.ts'
import { runProcess } from './process.ts'
import { onSmallDisk, requireCommand, requireCommands, requireRoot, requireSmallDisk } from './require.ts'

/** What a requirement answered, and every line it wrote. */
function answer<T>(ask: (warn: (line: string) => void) => T): { said: string[]; is: T } {
  const said: string[] = []
  return { is: ask((line) => said.push(line)), said }
}

describe('a required command', () => {
  test('that is on PATH is found, and nothing is said', async () => {
    await using folder = await createFolder()
    await folder.write({ 'bin/tool': '' }, { mode: 0o755 })
    const env = { PATH: `/nonexistent::${folder.join('bin')}` }
    expect(answer((warn) => requireCommands(['tool'], { env, warn }))).toEqual({ is: true, said: [] })
  })

  test('is not a file without the right to execute, nor a folder', async () => {
    await using folder = await createFolder({ 'plain/tool': '', 'folder/tool/file': '' })
    for (const name of ['plain', 'folder']) {
      const env = { PATH: folder.join(name) }
      expect(answer((warn) => requireCommands(['tool'], { env, warn })).is).toBe(false)
    }
  })

  test('that is missing skips with one line that names the package of this system', () => {
    const ask = (platform: NodeJS.Platform) =>
      answer((warn) => requireCommands(['bsdtar', 'fish'], { env: { PATH: '' }, platform, warn }))
    expect(ask('linux')).toEqual({
      is: false,
      said: [
        'Tests skipped: the command bsdtar is missing (apt-get install libarchive-tools); ' +
          'the command fish is missing (apt-get install fish).',
      ],
    })
    expect(ask('darwin').said[0]).toContain('brew install libarchive')
  })

  test('that no package of this system brings says so', () => {
    const { said } = answer((warn) => requireCommands(['busybox'], { env: { PATH: '' }, platform: 'darwin', warn }))
    expect(said[0]).toContain('not to be had on macOS')
  })

  test.each(['all', 'commands'])('that is missing fails where %s must be there', (required) => {
    const env = { PATH: '', MOCHI_TEST_REQUIRE: required }
    expect(() => requireCommands(['zsh'], { env, platform: 'linux' })).toThrow(
      `MOCHI_TEST_REQUIRE=${required} allows no skipped test, and the command zsh is missing (apt-get install zsh).`,
    )
  })

  test('is looked for in this process by its short form', () => {
    expect(requireCommand('sh', 'tar')).toBe(true)
  })
})

describe('root', () => {
  test('is demanded where every test must run, and left to the machine where only commands must be there', () => {
    const ask = (MOCHI_TEST_REQUIRE: string) =>
      answer((warn) => requireRoot({ uid: 1000, env: { MOCHI_TEST_REQUIRE }, warn })).is
    expect(() => ask('all')).toThrow('MOCHI_TEST_REQUIRE=all allows no skipped test, and root is needed')
    expect(ask('commands')).toBe(false)
  })

  test('is user 0', () => {
    expect(requireRoot({ uid: 0 })).toBe(true)
  })

  test('is missed aloud by another user, and by a system without users', () => {
    expect(answer((warn) => requireRoot({ uid: 1000, env: {}, warn }))).toEqual({
      is: false,
      said: ['Tests skipped: root is needed, and this is user 1000 (run the tests with sudo).'],
    })
    expect(answer((warn) => requireRoot({ uid: undefined, env: {}, warn })).is).toBe(false)
  })
})

describe('a small disk', () => {
  test('is refused by name elsewhere than on Linux', () => {
    const { is, said } = answer((warn) => requireSmallDisk({ platform: 'darwin', env: {}, warn }))
    expect(is).toBe(false)
    expect(said[0]).toContain('on Linux only')
  })

  test('that cannot be mounted is missed aloud', async () => {
    await using folder = await createFolder()
    await folder.write({ unshare: '#!/bin/sh\necho Operation not permitted >&2; exit 1' }, { mode: 0o755 })
    const { is, said } = answer((warn) => requireSmallDisk({ platform: 'linux', env: { PATH: folder.path }, warn }))
    expect(is).toBe(false)
    expect(said[0]).toContain('no right to mount a file system: Operation not permitted')
  })

  test.runIf(requireSmallDisk())('is full when it is full, and gone after the command', async () => {
    await using folder = await createFolder({ 'disk/before': '' })
    const write = `head -c 3000000 /dev/zero > '${folder.join('disk/file')}'`
    const [command, ...args] = onSmallDisk({ folder: folder.join('disk'), size: '1m' }, ['sh', '-c', write])
    const outcome = await runProcess(command, args)
    expect(outcome.code).not.toBe(0)
    expect(outcome.stderr).toContain('No space left')
    expect((await runProcess('ls', [folder.join('disk')])).stdout).toBe('before\n')
  })
})
