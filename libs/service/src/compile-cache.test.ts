import { readdir } from 'node:fs/promises'
import { createFolder, startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { ask } from './raw.fixture.ts'

test('a service that was killed has left what it had compiled to the next start', async () => {
  await using cache = await createFolder()
  await using service = startProcess(process.execPath, [`${import.meta.dirname}/drain.fixture.ts`], {
    // Where coverage is counted no process of the test has a cache.
    env: { ...process.env, DRAINED_PORT: '0', NODE_COMPILE_CACHE: cache.path, NODE_DISABLE_COMPILE_CACHE: undefined },
  })
  const [url = ''] = /http:\S+/.exec(await service.waitFor(/listens on \S+\n/)) ?? []
  // The first one may have waited for it already; the second is answered after what it did when it was ready.
  expect((await ask(`${url}/quick`)).status).toBe(200)
  expect((await ask(`${url}/quick`)).status).toBe(200)
  service.kill('SIGKILL')
  await service.ended

  expect((await readdir(cache.path, { recursive: true })).length).toBeGreaterThan(100)
})
