import { writeFile } from 'node:fs/promises'
import { createFolder, requireCommand, runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { readArchive } from './archive.ts'
import { treeDigest } from './digest.ts'
import { packageMembers, packTarball } from './testing/tarball.ts'
import type { Member } from './testing/tarball.ts'
import { readTree } from './tree.ts'

const options = { source: 'npm:one@1.0.0', keep: ['.'], links: { one: 'bin/one' } }
const fine = packageMembers({ 'bin/one': 'one\n', 'lib/a.txt': 'a\n', LICENSE: 'free\n' })

async function read(tarball: Buffer, changes: Partial<typeof options> = {}) {
  await using folder = await createFolder()
  await writeFile(folder.join('archive'), tarball)
  return await readArchive(folder.join('archive'), { ...options, ...changes })
}

test.runIf(requireCommand('tar'))('the digest of an archive is that of the folder that tar makes of it', async () => {
  await using folder = await createFolder()
  const members = [
    ...packageMembers({
      'a-b': '1',
      'a/b': '2',
      B: '3',
      'bin/one': 'one\n',
      'ä.txt': 'umlaut',
      ['x'.repeat(60)]: 'long',
    }),
    { name: 'package/run.sh', text: 'run', mode: 0o755 },
  ]
  const tarball = packTarball(members)
  await writeFile(folder.join('archive'), tarball)
  await runProcess('tar', ['-xzf', folder.join('archive'), '-C', folder.path])
  await runProcess('chmod', ['+x', folder.join('package/bin/one')])
  const files = await read(tarball)
  const unpacked = await readTree(folder.join('package'))
  expect(files.find(({ path }) => path === 'run.sh')?.executable).toBe(true)
  expect(treeDigest(files)).toBe(treeDigest(unpacked.files))
})

test('only what is kept counts, and what is linked is executable', async () => {
  const files = await read(packTarball(fine), { keep: ['bin/one', 'LICENSE'] })
  expect(files.map(({ path, executable }) => [path, executable])).toEqual([
    ['bin/one', true],
    ['LICENSE', false],
  ])
})

test('a kept name is a whole name: bin does not keep binary', async () => {
  const files = await read(packTarball([...fine, ...packageMembers({ binary: 'x' })]), { keep: ['bin'] })
  expect(files.map(({ path }) => path)).toEqual(['bin/one'])
})

const link: Member = { name: 'package/evil', type: 'SymbolicLink', target: '/etc/passwd' }
test.each<[string, Member[], string]>([
  ['an absolute path', [{ name: '/etc/hosts', text: 'x' }], 'its path is absolute'],
  ['a path that leads out', [{ name: 'package/../../x', text: 'x' }], 'its path leads out of the archive'],
  ['a symbolic link', [link], 'it is a SymbolicLink'],
  ['a hard link', [{ ...link, type: 'Link', target: 'package/bin/one' }], 'it is a Link'],
  ['a second top folder', [{ name: 'other/x', text: 'x' }], 'more than one top folder (package, other)'],
  ['a file twice', [{ name: 'package/bin/one', text: 'other' }], 'it stands twice'],
  ['a file twice for macOS', [{ name: 'package/BIN/One', text: 'other' }], 'it stands twice'],
  ['a backslash', [{ name: 'package/a\\b', text: 'x' }], 'its name holds a control character or a backslash'],
  ['a line feed', [{ name: 'package/a\nb', text: 'x' }], 'its name holds a control character or a backslash'],
])('%s is refused', async (_, members, reason) => {
  await expect(read(packTarball([...fine, ...members]))).rejects.toMatchObject({
    code: 'TOOLCHAIN_ARCHIVE_UNSAFE',
    message: expect.stringContaining(reason) as string,
  })
})

test('a link of Node’s own archive that is not kept does no harm', async () => {
  const site = { source: 'node-site:v1/node.tar.gz', keep: ['bin'] }
  await expect(read(packTarball([...fine, link]), site)).resolves.toHaveLength(1)
})

test('a truncated archive and one that is none are refused', async () => {
  const whole = packTarball(packageMembers({ 'bin/one': 'one\n'.repeat(5000), z: String(Math.PI).repeat(9999) }))
  for (const bytes of [
    whole.subarray(0, whole.length - 60),
    Buffer.from('<html>please log in</html>'),
    Buffer.alloc(0),
  ])
    await expect(read(bytes)).rejects.toMatchObject({ name: 'MochiError' })
})

test('a linked or kept path that the archive does not hold is named', async () => {
  await expect(read(packTarball(fine), { links: { one: 'bin/uno' } })).rejects.toMatchObject({
    code: 'TOOLCHAIN_ARCHIVE_LACKS',
    message: 'npm:one@1.0.0 does not hold bin/uno.',
  })
  await expect(read(packTarball(fine), { keep: ['bin', 'share'] })).rejects.toThrow('does not hold share')
})
