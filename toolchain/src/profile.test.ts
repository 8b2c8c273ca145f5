import { chmod, chown, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { createFolder, requireCommand, requireRoot, runProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ProfileOptions } from './api.ts'
import { addBlock, faultOfBlock, removeBlock } from './profile-block.ts'
import { findProfileBlocks, profileAdd, profileRemove } from './profile.ts'

/** Any bytes, with line ends often enough to matter. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', 'export PATH=/x:$PATH', '# >>> other >>>', '# >>> mochi', ''),
      fc.uint8Array({ maxLength: 6 }).map((all) => Buffer.from(all).toString('latin1')),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
const line = fc.constantFrom('. /mochi/etc/profile.sh', 'test -r x; and source x')

describe('for any file', () => {
  test('adding and removing gives back the very bytes', () => {
    fc.assert(
      fc.property(fc.option(bytes, { nil: undefined }), line, (text, added) => {
        expect(removeBlock(addBlock(text, added))).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test('adding twice is adding once, and another line takes the place of the first', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        const once = addBlock(text, 'first')
        expect(addBlock(once, 'first')).toBe(once)
        expect(addBlock(once, 'second')).toBe(addBlock(text, 'second'))
        expect(faultOfBlock(once)).toBeUndefined()
      }),
    )
  })

  test('what was written behind the block since then stays a line of its own', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        const removed = removeBlock(`${addBlock(text, 'line')}alias ll=ls\n`) ?? ''
        expect(removed.startsWith(text)).toBe(true)
        expect(removed.slice(text.length)).toMatch(/^(?:\r?\n)?alias ll=ls\n$/)
        expect(text === '' || removed.slice(text.length).startsWith('alias') === text.endsWith('\n')).toBe(true)
      }),
    )
  })
})

test('line ends are those of the file', () => {
  expect(addBlock('a\r\nb', 'line')).toBe(
    'a\r\nb\r\n# >>> mochi, after a line without end >>>\r\nline\r\n# <<< mochi <<<\r\n',
  )
})

const options = (folder: Folder, more: Partial<ProfileOptions> = {}): ProfileOptions => ({
  shell: 'zsh',
  home: folder.path,
  system: 'linux',
  prefix: '/pre fix',
  ...more,
})

test('links are followed to the real file, which keeps its mode; the link stays', async () => {
  await using folder = await createFolder({ 'dotfiles/zshrc': 'setopt autocd' })
  await symlink('dotfiles/zshrc', folder.join('.zshrc'))
  await chmod(folder.join('dotfiles/zshrc'), 0o640)
  const report = await profileAdd(options(folder))
  expect(report).toEqual({ file: folder.join('.zshrc'), realFile: folder.join('dotfiles/zshrc'), changed: true })
  expect(await readlink(folder.join('.zshrc'))).toBe('dotfiles/zshrc')
  expect((await stat(folder.join('dotfiles/zshrc'))).mode & 0o777).toBe(0o640)
  expect(await profileAdd(options(folder))).toMatchObject({ changed: false })
  await profileRemove(options(folder))
  expect(await readFile(folder.join('dotfiles/zshrc'), 'utf8')).toBe('setopt autocd')
  expect(await profileRemove(options(folder))).toMatchObject([{ changed: false }])
})

test('a file that was not there is gone again, unless something was added to it', async () => {
  await using folder = await createFolder()
  await profileAdd(options(folder, { shell: 'fish' }))
  const file = folder.join('.config/fish/config.fish')
  expect(await readFile(file, 'utf8')).toContain("test -r '/pre fix/etc/profile.fish'; and source")
  await profileRemove(options(folder, { shell: 'fish' }))
  await expect(stat(file)).rejects.toThrow('ENOENT')
  await profileAdd(options(folder, { shell: 'fish' }))
  await writeFile(file, `${await readFile(file, 'utf8')}set -x A b\n`)
  await profileRemove(options(folder, { shell: 'fish' }))
  expect(await readFile(file, 'utf8')).toBe('set -x A b\n')
})

test('a link that leads nowhere yet says where the file is made', async () => {
  await using folder = await createFolder()
  await mkdir(folder.join('dotfiles'))
  await symlink('dotfiles/zshrc', folder.join('.zshrc'))
  expect(await profileAdd(options(folder))).toMatchObject({ realFile: folder.join('dotfiles/zshrc'), changed: true })
})

test('each shell has its file; on macOS bash reads the first login file, and none is switched off', async () => {
  await using folder = await createFolder({ '.profile': 'umask 022\n' })
  const fileOf = async (more: Partial<ProfileOptions>) => (await profileRemove(options(folder, more)))[0]?.file
  expect(await fileOf({ shell: 'bash' })).toBe(folder.join('.bashrc'))
  expect(await fileOf({ shell: 'bash', system: 'darwin' })).toBe(folder.join('.profile'))
  await folder.write({ '.bash_profile': '' })
  expect(await fileOf({ shell: 'bash', system: 'darwin' })).toBe(folder.join('.bash_profile'))
  expect(await fileOf({ environment: { ZDOTDIR: folder.join('z') } })).toBe(folder.join('z/.zshrc'))
  expect(await fileOf({ shell: 'fish', environment: { XDG_CONFIG_HOME: folder.join('c') } })).toBe(
    folder.join('c/fish/config.fish'),
  )
})

test('the block is found and taken out where it stands, although the shell reads another file by now', async () => {
  await using folder = await createFolder({ '.profile': 'umask 022\n' })
  const bash = options(folder, { shell: 'bash', system: 'darwin' })
  await profileAdd(bash)
  await folder.write({ '.bash_profile': '. ~/.profile\n' })
  const blocks = { home: folder.path, system: 'darwin' as const }
  expect(await findProfileBlocks(blocks)).toEqual([{ shell: 'bash', file: folder.join('.profile') }])
  expect(await profileRemove(bash)).toMatchObject([{ file: folder.join('.profile'), changed: true }])
  expect(await readFile(folder.join('.profile'), 'utf8')).toBe('umask 022\n')
  expect(await findProfileBlocks(blocks)).toEqual([])
})

test.runIf(requireRoot())('root who edits the file of somebody else leaves it theirs', async () => {
  await using folder = await createFolder({ '.zshrc': 'setopt autocd\n' })
  await chown(folder.join('.zshrc'), 65_534, 65_533)
  for (const command of [profileAdd, profileRemove]) {
    await command(options(folder))
    expect(await stat(folder.join('.zshrc'))).toMatchObject({ uid: 65_534, gid: 65_533 })
  }
})

test('a block that is not whole is left alone', async () => {
  const broken = 'a\n# >>> mochi >>>\nb\n'
  await using folder = await createFolder({ '.zshrc': broken })
  for (const command of [profileAdd, profileRemove])
    await expect(command(options(folder))).rejects.toMatchObject({ code: 'TOOLCHAIN_PROFILE_DAMAGED' })
  expect(await readFile(folder.join('.zshrc'), 'utf8')).toBe(broken)
})

test('a file that cannot be read says so', async () => {
  await using folder = await createFolder({ '.zshrc/x': '' })
  await expect(profileAdd(options(folder))).rejects.toMatchObject({ code: 'TOOLCHAIN_PROFILE_UNWRITABLE' })
})

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  const runs = requireCommand(shell)

  test.runIf(runs)('reads the profile from its start file, and does not complain when the prefix is gone', async () => {
    await using folder = await createFolder({
      "it's/etc/profile.sh": 'export FOUND=yes\n',
      "it's/etc/profile.fish": 'set -gx FOUND yes\n',
    })
    const { realFile } = await profileAdd(options(folder, { shell, prefix: folder.join("it's") }))
    const run = () =>
      runProcess(shell, ['-c', `${shell === 'bash' ? '.' : 'source'} "${realFile}"; echo "found=$FOUND"`], {
        env: { PATH: process.env['PATH'], HOME: folder.path },
      })
    expect(await run()).toMatchObject({ stdout: 'found=yes\n', stderr: '' })
    await runProcess('rm', ['-rf', folder.join("it's")])
    expect(await run()).toMatchObject({ code: 0, stdout: 'found=\n', stderr: '' })
  })
})
