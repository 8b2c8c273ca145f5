import { createServer } from 'node:http'
import { createFolder, createInbox, listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import type { TaskResult } from '../task-results.ts'
import { findClosedUrl } from './faulty-cache.fixture.ts'
import { beginRun, endRun } from './hooks.ts'

const SERVER = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER'
const NOTHING = { insecure: false, compare: 0, origin: 'cache.url in mochi.json' }
let runs = 0

test('a run is led to a relay of its own, and its results are reported', async () => {
  const received = createInbox<string>()
  await using cache = await listenOnFreePort(
    createServer((request, response) => {
      request
        .on('data', (chunk: Buffer) => received.push(chunk.toString()))
        .once('end', () => response.writeHead(204).end())
    }),
  )
  const { env, id } = await begin(
    { ...NOTHING, url: cache.url },
    { MOCHI_CACHE_TOKEN: 'of-a-ci', MOCHI_REVISION: 'a'.repeat(40) },
  )
  expect(env[SERVER]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mochi-relay-/)
  const { lines, account } = await endRun(id, [
    result('build', 'success'),
    result('test', 'failure'),
    result('lint', 'remote-cache'),
    result('pack', 'local-cache'),
    result('coverage', 'skipped'),
  ])

  expect([lines, account?.fault]).toEqual([[], undefined])
  expect(JSON.parse(received.items.join(''))).toEqual({
    revision: 'a'.repeat(40),
    tasks: ['success', 'failure', 'remote-cache'].map((status, index) => ({
      hash: '1',
      task: `foo:${['build', 'test', 'lint'][index]}`,
      status,
      ms: 5,
    })),
  })
})

test('the same token serves no second run', async () => {
  const url = await findClosedUrl()
  const [one, other] = [await begin({ ...NOTHING, url }, token), await begin({ ...NOTHING, url }, token)]

  expect(one.env[SERVER]).not.toBe(other.env[SERVER])
  await endRun(one.id, [])
  await endRun(other.id, [])
})

test('a cache whose name only begins like that of this machine is asked through the proxy', async () => {
  const asked = createInbox<string>()
  await using proxy = await listenOnFreePort(
    createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(204).end()
    }),
  )
  const key = { ...NOTHING, insecure: true, url: 'http://localhost.evil.example' }
  const { id } = await begin(key, { ...token, HTTP_PROXY: proxy.url })

  expect(await asked.waitFor(() => true)).toBe('http://localhost.evil.example/v1/token')
  await endRun(id, [])
})

test('a cache that cannot be used is said at the end, and the relay of an outer run is not used in its place', async () => {
  const outer = { [SERVER]: 'http://127.0.0.1:4000/mochi-relay-outer' }
  const { env, id } = await begin({ ...NOTHING, url: 'ftp://cache.example' }, { ...token, ...outer })

  expect(env[SERVER]).toBe('')
  expect((await endRun(id, [])).lines).toEqual([expect.stringContaining('BUILD_CACHE_URL_INVALID')])
})

test('no token is a remark for who asks', async () => {
  await using folder = await createFolder()
  const key = { ...NOTHING, url: 'https://cache.example' }
  const noToken = { MOCHI_PREFIX: folder.path, HOME: folder.path }
  const quiet = await begin(key, noToken)
  const verbose = await begin(key, noToken, true)

  expect((await endRun(quiet.id, [])).lines).toEqual([])
  expect((await endRun(verbose.id, [])).lines).toEqual([
    expect.stringMatching(/^build cache: not used, because there is no token/),
  ])
})

test('the end of a run that never began is nothing', async () => {
  expect(await endRun('unknown', [])).toEqual({ lines: [] })
})

const token = { MOCHI_CACHE_TOKEN: 'of-a-ci' }

async function begin(key: Parameters<typeof beginRun>[0]['key'], env: NodeJS.ProcessEnv, isVerbose = false) {
  const id = `run ${++runs}`
  const own = { ...env }
  await beginRun({ id, root: '/nowhere', key, isVerbose, env: own })
  return { id, env: own }
}

function result(target: string, status: TaskResult['status']): TaskResult {
  return { project: 'foo', target, ok: true, output: '', hash: '1', status, ms: 5 }
}
