import { expect, test } from 'vitest'
import type { DirectAnswer, ServiceOptions } from './index.ts'
import { ask } from './raw.fixture.ts'
import { startTestService } from './service.fixture.ts'

const hot: DirectAnswer = (request, response) => {
  if (request.url !== '/hot') return false
  response.writeHead(200, { 'content-length': 3 })
  response.end('hot')
  return true
}

const routes: ServiceOptions['routes'] = (app, { direct }) => {
  direct('/hot', hot)
  app.get('/*', () => 'by a route')
}

test('what answers directly comes before the routes, and leaves the rest to them', async () => {
  await using service = await startTestService({ routes })

  expect((await ask(`${service.url}/hot`)).body).toBe('hot')
  expect((await ask(`${service.url}/cold`)).body).toBe('by a route')
})

test('what answers directly is counted under its own name', async () => {
  await using service = await startTestService({ routes })
  await ask(`${service.url}/hot`)
  await ask(`${service.url}/hot`)

  const { requests } = JSON.parse((await ask(`${service.url}/stats`)).body) as { requests: unknown[] }

  expect(requests).toContainEqual({ method: 'GET', route: '/hot', status: { 200: 2 } })
})

test('nobody is answered directly who asks for another name', async () => {
  await using service = await startTestService({ routes })

  expect((await ask(`${service.url}/hot`, { headers: { host: 'evil.example' } })).status).toBe(421)
})

test('what answers directly is still given while the service stops', async () => {
  let release: () => void = () => undefined
  const slow: DirectAnswer = (request, response) => {
    if (request.url !== '/slow') return false
    release = () => response.end('slow')
    return true
  }
  await using service = await startTestService({ routes: (_app, { direct }) => direct('/slow', slow) })
  const asked = ask(`${service.url}/slow`)
  await expect.poll(() => release.toString()).toContain('slow')

  const stopped = service.stop({ deadline: 60_000 })
  release()

  expect((await asked).body).toBe('slow')
  await stopped
})
