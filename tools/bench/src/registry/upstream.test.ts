import { createServer } from 'node:http'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createUpstream, fileOfPath, localize, SEAL } from './upstream.ts'

/** A registry that has its tarballs elsewhere, and counts what it is asked for. */
async function startSource() {
  const asked: string[] = []
  const dist = { tarball: 'http://elsewhere.invalid/files/part-1.0.0.tgz', integrity: 'sha512-x' }
  const answers: Record<string, string> = {
    '/@some%2fpart': JSON.stringify({ name: '@some/part', versions: { '1.0.0': { dist } } }),
    '/@some/part/-/part-1.0.0.tgz': 'its bytes',
    '/-/npm/v1/keys': '{"keys":[]}',
  }
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    const answer = answers[url]
    if (url === '/broken') response.writeHead(500).end()
    else if (answer === undefined) response.writeHead(404).end()
    else response.end(answer)
  })
  return { ...(await listenOnFreePort(server)), asked }
}

test('what a registry has is fetched once, for all who ask for it', async () => {
  await using source = await startSource()
  await using folder = await createFolder()
  await using upstream = await listenOnFreePort(createUpstream({ folder: folder.path, source: `${source.url}/` }))
  const tarball = `${upstream.url}/@some/part/-/part-1.0.0.tgz`

  const packuments = await Promise.all([1, 2].map(async () => (await fetch(`${upstream.url}/@some%2fpart`)).json()))
  expect(packuments[0]).toEqual({
    name: '@some/part',
    versions: { '1.0.0': { dist: { tarball, integrity: 'sha512-x' } } },
  })
  expect(packuments[1]).toEqual(packuments[0])
  for (let time = 0; time < 2; time++) {
    const answer = await fetch(tarball)
    expect(answer.headers.get('content-length')).toBe('9')
    expect(await answer.text()).toBe('its bytes')
  }
  expect(await (await fetch(`${upstream.url}/-/npm/v1/keys`)).text()).toBe('{"keys":[]}')
  expect(source.asked).toEqual(['/@some%2fpart', '/@some/part/-/part-1.0.0.tgz', '/-/npm/v1/keys'])
})

test('once it is sealed it has what it has, and asks nobody', async () => {
  await using source = await startSource()
  await using folder = await createFolder()
  await using upstream = await listenOnFreePort(createUpstream({ folder: folder.path, source: source.url }))
  await fetch(`${upstream.url}/@some%2fpart`)
  await fetch(`${upstream.url}${SEAL}`)

  expect((await fetch(`${upstream.url}/@some/part`)).status).toBe(200)
  expect((await fetch(`${upstream.url}/-/npm/v1/keys`)).status).toBe(404)
  expect(source.asked).toEqual(['/@some%2fpart'])
})

test('a packument that a client has is not sent again', async () => {
  await using folder = await createFolder({ part: '{"name":"part"}' })
  await using upstream = await listenOnFreePort(createUpstream({ folder: folder.path }))
  const etag = (await fetch(`${upstream.url}/part`)).headers.get('etag') ?? ''

  const answer = await fetch(`${upstream.url}/part`, { headers: { 'if-none-match': etag } })
  expect([answer.status, await answer.text()]).toEqual([304, ''])
})

test('what is missing, what fails and what would change something is said to be so', async () => {
  await using source = await startSource()
  await using folder = await createFolder()
  await using upstream = await listenOnFreePort(createUpstream({ folder: folder.path, source: source.url }))
  const statusOf = async (path: string, method = 'GET') => (await fetch(`${upstream.url}${path}`, { method })).status

  expect(await statusOf('/nothing')).toBe(404)
  expect(await statusOf('/broken')).toBe(502)
  expect(await statusOf('/part', 'PUT')).toBe(405)
})

test('a name with a scope is one file, however its slash is written', () => {
  expect(fileOfPath('/@some%2fpart')).toBe(fileOfPath('/@some/part'))
  expect(fileOfPath('/@some/part')).not.toContain('/')
})

test('a packument without versions stays as it is', () => {
  expect(localize('{"name":"gone"}').toString()).toBe('{"name":"gone"}')
})
