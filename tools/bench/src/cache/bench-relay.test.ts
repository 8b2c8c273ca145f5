import { mintToken } from '@mochi/build-cache'
import { isolatedEnvironment, startService, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { measureRelay } from './bench-relay.ts'

const KEY = 'a-mint-key-that-is-only-for-these-tests'

test('the relay and the cache are really asked, in runs of their own', async () => {
  await using service = await startService('cache', {
    secrets: { mintKey: KEY },
    env: (folder) => ({ CACHE_DATA: folder.join('data') }),
  })
  const { url, folder } = service
  const env = isolatedEnvironment(folder.path)
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
