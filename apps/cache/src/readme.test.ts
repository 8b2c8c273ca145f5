import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startCache } from './cache.fixture.ts'

test('the example of the README prints what the README says, against a cache', async () => {
  const project = join(import.meta.dirname, '..')
  const [, example = ''] = /```ts\n(.*?)```/s.exec(await readFile(join(project, 'README.md'), 'utf8')) ?? []
  const promised = [...example.matchAll(/console\.log\(.*\) \/\/ (.*\n)/g)].map(([, line]) => line).join('')
  await using cache = await startCache()
  const env = { PATH: process.env['PATH'], CACHE_URL: cache.url, CACHE_TOKEN: await cache.tokens.main }
  const outcome = await runProcess(process.execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: project,
    env,
  })

  expect(promised).toContain('200 409')
  expect(outcome).toMatchObject({ code: 0, stdout: promised })
})
