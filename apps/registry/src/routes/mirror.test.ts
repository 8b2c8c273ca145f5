import { expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { askOf, startMirroring } from '../sync/sync.fixture.ts'

const PACKAGES = { a: [{ version: '1.0.0' }] }
const SYNC = '/-/mochi/mirror/sync'

test('who passes on what others ask may look, and change nothing without an admin’s token', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })
  const forwarded = { 'x-forwarded-for': '192.0.2.1' }
  const bearer = (group: 'admin' | 'publish') => ({ ...forwarded, authorization: `Bearer ${registry.token(group)}` })

  expect((await registry.get('/-/mochi/mirror', { headers: forwarded })).status).toBe(200)
  expect((await registry.get('/-/mochi/mirror/plan', { headers: forwarded })).status).toBe(200)
  for (const headers of [forwarded, bearer('publish')])
    expect((await registry.get(SYNC, { method: 'POST', headers })).json()).toMatchObject({ code: 'MIRROR_NOT_ALLOWED' })
  expect((await registry.get(SYNC, { method: 'POST', headers: bearer('admin') })).status).toBe(200)
})

test('where others are served too, this machine is nobody special', async () => {
  await using registry = await startMirroring({ packages: PACKAGES, config: { host: '0.0.0.0' } })
  const { port } = new URL(registry.url)
  const headers = { authorization: `Bearer ${registry.token('admin')}` }
  const url = `http://127.0.0.1:${port}${SYNC}`

  expect((await fetch(url, { method: 'POST' })).status).toBe(403)
  expect((await fetch(url, { method: 'POST', headers })).status).toBe(200)
})

test('the process that writes is asked, whichever of two gets the request', async () => {
  await using first = await startMirroring({ packages: PACKAGES })
  await first.get('/-/mochi/mirror')
  const config = { workspace: first.workspace.path, toolchain: '' }
  await using second = await startRegistry({ uplink: first.upstream.url, data: first.data, config })

  const { results } = await askOf(second).sync()

  expect(results).toMatchObject([{ done: 1, fetched: 1 }])
  expect(await askOf(second).status()).toMatchObject({ sources: [{ last: { fetched: 1 } }] })
})

test('when the process that writes is exchanged amid a run, the run ends and the next one goes on', async () => {
  await using first = await startMirroring({ packages: PACKAGES })
  await using second = await startRegistry({
    uplink: first.upstream.url,
    data: first.data,
    config: { workspace: first.workspace.path, toolchain: '' },
  })
  const asked = Promise.withResolvers<undefined>()
  first.upstream.misbehave('/a/-/a-1.0.0.tgz', (_request, response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('a')
    asked.resolve(undefined)
  })
  const run = first.sync().catch(() => undefined)
  await asked.promise
  const stopped = first.stop()
  first.upstream.misbehave('/a/-/a-1.0.0.tgz', undefined)
  await Promise.all([run, stopped])

  expect((await askOf(second).sync()).results).toMatchObject([{ fetched: 1, failed: 0 }])
})
