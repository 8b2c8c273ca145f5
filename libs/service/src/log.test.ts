import { describe, expect, test } from 'vitest'
import { createTestService, startTestService } from './service.fixture.ts'
import type { TestServiceOptions } from './service.fixture.ts'
import { ask } from './raw.fixture.ts'

type Line = Record<string, unknown>

function createLines() {
  const lines: string[] = []
  const options = {
    config: { logLevel: 'info' },
    logStream: { write: (line) => lines.push(line) },
  } satisfies TestServiceOptions
  return { options, read: () => lines.map((line) => JSON.parse(line) as Line) }
}

describe('the log of a request', () => {
  test('names the request in all its lines, those of its children too', async () => {
    const { options, read } = createLines()
    const { app } = createTestService({
      ...options,
      routes: (routes) => {
        routes.get('/', { logLevel: 'warn' }, ({ log }) => {
          log.info('below the level of the route')
          log.warn('first')
          log.child({ part: 'a' }).error('second')
          log.level = 'info'
          log.info('third')
          return log.level
        })
      },
    })
    const { body } = await app.inject({ url: '/', headers: { 'x-request-id': 'r1' } })

    expect(body).toBe('info')
    expect(read()).toMatchObject([
      { requestId: 'r1', level: 40, msg: 'first' },
      { requestId: 'r1', level: 50, msg: 'second', part: 'a' },
      { requestId: 'r1', level: 30, msg: 'third' },
    ])
  })

  test('shows of a request and an answer no header', async () => {
    const { options, read } = createLines()
    const { app } = createTestService({
      ...options,
      routes: (routes) => {
        routes.get('/', (req, res) => {
          req.log.info({ req, res }, 'both')
          return 'ok'
        })
      },
    })
    await app.inject({ url: '/', headers: { 'x-word': 'swordfish' } })

    expect(read()).toMatchObject([{ req: { method: 'GET', url: '/' }, res: { statusCode: 200 } }])
    expect(JSON.stringify(read())).not.toContain('swordfish')
  })
})

test('an answer that is written to behind its end is logged, and the service goes on', async () => {
  const { options, read } = createLines()
  await using service = await startTestService({
    ...options,
    routes: (app) => {
      app.get('/', (_request, reply) => {
        reply.hijack()
        reply.raw.end('all')
        reply.raw.write('more')
      })
    },
  })

  expect((await ask(service.url)).body).toBe('all')
  expect(read()).toMatchObject([{ level: 50, msg: 'an answer failed', err: { code: 'ERR_STREAM_WRITE_AFTER_END' } }])
})
