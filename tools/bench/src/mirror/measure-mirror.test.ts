import { createHash } from 'node:crypto'
import { createFolder, isolatedEnvironment, listenOnFreePort, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { makePackage, packumentOf } from '../registry/made-package.ts'
import { BASE, fileOfPath } from '../registry/upstream.ts'
import { createFileServer } from './file-server.ts'
import { measureMirror } from './measure-mirror.ts'

test('both rows are measured, of everything that the lock file names', { timeout: 120_000 }, async () => {
  const made = makePackage('made', { count: 2, size: 100 })
  const locked = made.versions.map(({ version, bytes }) => {
    const digest = createHash('sha512').update(bytes).digest('base64')
    return `  made@${version}:\n    resolution: {integrity: sha512-${digest}}\n`
  })
  await using folder = await createFolder({
    [`upstream/${fileOfPath('/made')}`]: packumentOf(made, BASE),
    'workspace/pnpm-lock.yaml': `lockfileVersion: '9.0'\npackages:\n${locked.join('')}`,
    'home/x': '',
  })
  for (const { path, bytes } of made.versions)
    await folder.write({ [`upstream/${fileOfPath(path)}`]: bytes as unknown as string })
  await using source = await listenOnFreePort(createFileServer(folder.join('upstream')))

  const results = await measureMirror(
    {
      ...{
        root: workspaceRoot,
        env: isolatedEnvironment(folder.join('home')),
        generation: folder.join('env/generation'),
      },
      ...{ program: 'src/main.ts', workspace: folder.join('workspace'), source: source.url, pairs: 1 },
    },
    { say: () => undefined },
  )

  expect(results.map(({ what }) => what)).toEqual([
    'all that the lock file names, from empty',
    'a run with nothing new',
  ])
  for (const { pairs } of results) expect(pairs.every(({ ours, other }) => ours > 0 && other > 0)).toBe(true)
  expect(results[0]?.note).toMatch(/^3 files; /)
})
