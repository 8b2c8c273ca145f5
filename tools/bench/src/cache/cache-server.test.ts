import { createArchive } from '@mochi/build-cache/testing'
import { createFolder, isAlive, isolatedEnvironment, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startCacheServer } from './cache-server.ts'
import { writeLoad } from './loads.ts'

test('the cache that is measured takes what is written with its token, and ends with the block', async () => {
  await using folder = await createFolder()
  // Nobody would find again what is compiled in this folder.
  const env = isolatedEnvironment(folder.path, { NODE_DISABLE_COMPILE_CACHE: '1' })
  const options = { root: workspaceRoot, env, generation: folder.join('env/generation'), program: 'src/main.ts' }
  const archive = createArchive({ 'dist/main.js': 'built' })
  const pids: number[] = []
  {
    await using cache = await startCacheServer(options)
    pids.push(cache.pid)
    const entries = `${cache.url}/v1/cache/`
    await writeLoad({ url: entries, token: cache.token }, { archives: [archive], from: 1, count: 3 })
    const ask = (authorization: string) => fetch(`${entries}3`, { headers: { authorization } })

    expect((await (await ask(`Bearer ${cache.token}`)).bytes()).length).toBe(archive.length)
    expect((await ask('Bearer of nothing')).status).toBe(401)
    expect(pids.map(isAlive)).toEqual([true])
  }
  expect(pids.map(isAlive)).toEqual([false])
})
