import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { mintToken } from '@mochi/build-cache'
import { createFolder, isolatedEnvironment, startProcess, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { measureRelay } from './bench-relay.ts'

const KEY = 'a-mint-key-that-is-only-for-these-tests'

test('the relay and the cache are really asked, in runs of their own', async () => {
  await using folder = await createFolder()
  await folder.write({ 'secrets/mintKey': KEY }, { mode: 0o600 })
  await chmod(folder.join('secrets'), 0o700)
  const env = isolatedEnvironment(folder.path)
  await using service = startProcess(process.execPath, [join(workspaceRoot, 'apps/cache/src/main.ts')], {
    cwd: folder.path,
    env: { ...env, CACHE_PORT: '0', CACHE_DATA: folder.join('data'), CREDENTIALS_DIRECTORY: folder.join('secrets') },
  })
  const url = /listens on (\S+)/.exec(await service.waitFor(/cache listens on \S+/))?.[1] ?? ''
  const cache = { url, token: await mintToken(KEY, { role: 'main', writer: 'test', hours: 1 }) }
  const said: string[] = []
  const results = await measureRelay(
    { root: workspaceRoot, env },
    { cache, say: (line) => said.push(line), pairs: 1, tasks: 2 },
  )

  expect(results.map(({ what }) => what)).toHaveLength(4)
  for (const { pairs } of results) expect(pairs.every(({ ours, other }) => ours > 0 && other > 0)).toBe(true)
  expect(said).toEqual(['measuring the relay'])
})
