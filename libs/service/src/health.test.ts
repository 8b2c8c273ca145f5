import { createClock } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { describeService } from './about.ts'
import { createHealth } from './health.ts'
import { createTestService, startTestService } from './service.fixture.ts'
import type { ServiceContext } from './index.ts'

function serviceWith(add: (health: ServiceContext['health']) => void) {
  return createTestService({ routes: (_app, { health }) => add(health) })
}

describe('/health', () => {
  test('says to everybody who answers and that all is well, never from a cache', async () => {
    const { app } = createTestService()
    const response = await app.inject('/health')

    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({
      ...{ name: 'foo', status: 'ok', version: '1.2.3' },
      instance: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(response.headers['cache-control']).toBe('no-store')
  })

  test('gives reasons to the inside only', async () => {
    const service = serviceWith((health) => {
      health.add('database', () => Promise.reject(new Error('password=hunter2hunter2 is refused')))
      health.add('queue', () => 'well')
    })
    const outside = await service.app.inject('/health')
    const inside = await service.internal.inject('/health')

    expect([outside.statusCode, inside.statusCode]).toEqual([503, 503])
    expect(outside.json()).not.toHaveProperty('checks')
    expect(inside.json()).toMatchObject({
      checks: { database: { isOk: false, reason: expect.stringContaining('is refused') }, queue: { isOk: true } },
    })
    expect(inside.body).not.toContain('hunter2hunter2')
  })

  test('says starting until its checks have passed for the first time', async () => {
    const { app } = serviceWith((health) => health.add('database', () => Promise.reject(new Error('away'))))

    expect((await app.inject('/health')).json()).toMatchObject({ status: 'starting' })
  })

  test('says ill when a check fails that has passed', async () => {
    const state = { isWell: true }
    const check = () => {
      if (!state.isWell) throw new Error('away')
    }
    const clock = createClock()
    const about = describeService({ name: 'foo' })
    const health = createHealth(about, { isStopping: () => false, now: () => clock.monotonic() })
    health.add('it', check)

    expect((await health.report()).status).toBe('ok')
    state.isWell = false
    await clock.advance(900)
    expect((await health.report()).status).toBe('ok')
    await clock.advance(200)
    expect((await health.report()).status).toBe('ill')
  })

  test('gives up a check that never ends, and tells it', async () => {
    const state = { isAborted: false }
    const never = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => (state.isAborted = true))
      return new Promise(() => undefined)
    }
    const service = serviceWith((health) => health.add('slow', never, { deadline: 20 }))

    expect((await service.internal.inject('/health')).json()).toMatchObject({
      checks: { slow: { isOk: false, reason: 'It had no answer within 20 ms.' } },
    })
    expect(state.isAborted).toBe(true)
  })

  test('runs the checks once for all who ask at a time', async () => {
    const state = { runs: 0 }
    const { app } = serviceWith((health) => health.add('counted', () => void (state.runs += 1)))
    await Promise.all(Array.from({ length: 20 }, () => app.inject('/health')))

    expect(state.runs).toBe(1)
  })

  test('says stopping from the beginning of the stop, while it still answers', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    await using service = await startTestService({ routes: (_app, { onStop }) => onStop(() => promise) })
    const stopped = service.stop({ deadline: 60_000 })
    const response = await fetch(`${service.url}/health`)

    expect(response.status).toBe(503)
    expect(response.headers.get('connection')).toBe('close')
    expect(await response.json()).toMatchObject({ status: 'stopping' })
    resolve(undefined)
    expect(await stopped).toEqual({ cut: 0, isClosed: true })
  })
})
