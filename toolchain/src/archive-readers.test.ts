import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, requireCommand, runProcess, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { ARCHIVE_LIMITS, readArchive } from './archive.ts'
import { treeDigest } from './digest.ts'
import { findProgram } from './testing/programs.ts'
import { packTarball } from './testing/tarball.ts'
import type { Member } from './testing/tarball.ts'
import { readTree } from './tree.ts'

type Verdict = 'accepted' | 'refused by both' | 'refused by lock alone'
type Case = [name: string, members: Member[], verdict: Verdict, more?: { source?: string; keep?: string[] }]

const LIB = join(workspaceRoot, 'toolchain/lib')
const site = { source: 'node-site:v1/node.tar.gz', keep: ['bin'] }
const file = (path: string): Member => ({ name: `package/${path}`, text: 'x\n' })
const link = (path: string): Member => ({ name: `package/${path}`, type: 'SymbolicLink', target: 'bin/one' })

const CASES: Case[] = [
  ['files and folders', [{ name: 'package/', type: 'Directory', mode: 0o755 }, file('lib/a')], 'accepted'],
  ['a plain file whose name reads like a hard link', [file('How to link to us.md')], 'accepted'],
  ['a plain file whose name reads like a symbolic link', [file('a -> b.md')], 'accepted'],
  ['names that begin with "./"', [{ name: './package/a', text: 'x' }], 'refused by both'],
  ['nothing but names that begin with "./"', [{ name: './package/bin/one', text: 'x' }], 'refused by both'],
  ['a name with "." in it', [file('lib/./a')], 'refused by lock alone'],
  ['a name that leads out', [file('../../a')], 'refused by both'],
  ['an absolute name', [{ name: '/tmp/a', text: 'x' }], 'refused by both'],
  ['two top folders', [{ name: 'other/a', text: 'x' }], 'refused by both'],
  ['a file in the place of the top folder', [{ name: 'package', text: 'x' }], 'refused by both'],
  ['a symbolic link', [link('a')], 'refused by both'],
  ['a symbolic link outside of what is kept', [link('a')], 'refused by both', { keep: ['bin'] }],
  ['a hard link', [{ name: 'package/a', type: 'Link', target: 'package/bin/one' }], 'refused by both'],
  [
    'a hard link with bytes',
    [{ name: 'package/a', type: 'Link', target: 'package/bin/one', text: 'x' }],
    'refused by both',
  ],
  ['from Node’s site, a link outside of what is kept', [link('a')], 'accepted', site],
  ['from Node’s site, a link that is kept', [link('bin/two')], 'refused by both', site],
  ['a file twice', [file('a'), file('a')], 'refused by lock alone'],
  ['a kept path that is not there', [], 'refused by both', { keep: ['bin', 'share'] }],
]

describe.each(['tar', 'bsdtar', 'busybox'] as const)(
  'the lock names no archive that cannot be installed by %s',
  (tar) => {
    test.runIf(requireCommand(tar)).each(CASES)('%s', async (name, members, verdict, more = {}) => {
      const { source = 'npm:one@1.0.0', keep = ['.'] } = more
      const all = name.startsWith('nothing but') ? members : [file('bin/one'), ...members]
      await using folder = await createFolder()
      await writeFile(folder.join('archive'), packTarball(all))
      await mkdir(folder.join('programs'))
      await symlink(findProgram(tar), folder.join('programs/tar'))
      const read = await readArchive(folder.join('archive'), { source, keep, links: {} }).catch(() => undefined)
      const script = `set -u; . ${LIB}/messages.sh; . ${LIB}/prefix.sh; . ${LIB}/unpack.sh; shown_source=x; unpack "$@"`
      const kinds = source.startsWith('npm:') ? 'none' : 'outside'
      const path = `${folder.join('programs')}:/usr/bin:/bin`
      const outcome = await runProcess('sh', ['-c', script, 'sh', folder.path, keep.join(','), kinds], {
        env: { ...process.env, PATH: path },
      })
      expect([read !== undefined, outcome], outcome.stderr).toEqual([
        verdict === 'accepted',
        expect.objectContaining({ code: verdict === 'refused by both' ? 1 : 0 }),
      ])
      if (read !== undefined) expect(treeDigest(read)).toBe(treeDigest((await readTree(folder.join('tree'))).files))
      else if (verdict === 'refused by both') expect(outcome.stderr).toMatch(/code: {2}INSTALL_ARCHIVE_/)
    })
  },
)

test('both have the same limits', async () => {
  const text = await readFile(join(LIB, 'unpack.sh'), 'utf8')
  expect(text).toContain(`max_bytes=\${MOCHI_TOOLCHAIN_MAX_BYTES:-${ARCHIVE_LIMITS.bytes}}\n`)
  expect(text).toContain(`max_files=${ARCHIVE_LIMITS.entries}\n`)
})

test.each([
  ['entries', { entries: 2, bytes: 99_999 }, 'has more than 2 entries'],
  ['bytes, be they kept or not', { entries: 99, bytes: 3000 }, 'unpacks to more than 3000 bytes'],
])('an archive of too many %s is refused', async (_, limits, reason) => {
  await using folder = await createFolder()
  await writeFile(folder.join('archive'), packTarball([file('bin/one'), file('a'), file('b')]))
  const options = { source: 'npm:one@1.0.0', keep: ['bin'], links: {}, limits }
  await expect(readArchive(folder.join('archive'), options)).rejects.toThrow(reason)
})
