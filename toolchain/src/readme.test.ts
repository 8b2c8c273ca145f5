import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { readLock } from './lock-file.ts'

test('the example of the README runs', async () => {
  const root = join(workspaceRoot, 'toolchain')
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const code = /^```ts\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? ''
  const { generation } = await readLock(join(root, 'toolchain.lock'))
  await using folder = await createFolder({ [`full/env/${generation}/bin/x`]: '' })
  const run = (prefix: string) =>
    runProcess(process.execPath, ['--input-type=module-typescript', '-e', code], {
      cwd: root,
      env: { HOME: folder.path, MOCHI_PREFIX: prefix },
    })
  expect(await run(folder.join('full'))).toMatchObject({ stdout: `installed in ${folder.join('full')}\n`, stderr: '' })
})

test('the README shows every kind of line of the lock', async () => {
  const root = join(workspaceRoot, 'toolchain')
  const [readme, lock] = await Promise.all(
    ['README.md', 'toolchain.lock'].map((name) => readFile(join(root, name), 'utf8')),
  )
  const kinds = new Set(
    (lock ?? '')
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  )
  expect([...kinds].sort()).toEqual(['artifact', 'content', 'generation', 'script'])
  for (const kind of kinds) expect(readme).toMatch(new RegExp(`^${kind ?? ''} <`, 'm'))
})
