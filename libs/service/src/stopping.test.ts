import { createInbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createTestService, startTestService } from './service.fixture.ts'

describe('a stop', () => {
  test.each([true, false])('tells the hooks whether a successor follows: %s', async (hasSuccessor) => {
    const told = createInbox<unknown>()
    await using service = await startTestService({ routes: (_app, { onStop }) => onStop(told.push) })
    await service.stop({ hasSuccessor })

    expect(told.items).toEqual([{ hasSuccessor }])
  })

  test('waits for its hooks before the port closes, for half of its deadline at most', async () => {
    const never = () => new Promise(() => undefined)
    await using service = await startTestService({ routes: (_app, { onStop }) => onStop(never) })

    expect(await service.stop({ deadline: 40 })).toEqual({ cut: 0, isClosed: false })
  })

  test('goes on when a hook fails, and logs why', async () => {
    const lines = createInbox<string>()
    await using service = await startTestService({
      config: { logLevel: 'info' },
      logStream: { write: lines.push },
      routes: (_app, { onStop }) => onStop(() => Promise.reject(new Error('the nameserver is away'))),
    })

    expect(await service.stop()).toEqual({ cut: 0, isClosed: false })
    await expect(fetch(service.url)).rejects.toThrow()
    expect(await lines.waitFor((line) => line.includes('the nameserver is away'))).toContain(
      'a hook of the stop failed',
    )
  })

  test('aborts the signal that routes have', async () => {
    const state: { signal?: AbortSignal } = {}
    const service = createTestService({ routes: (_app, { stopping }) => void (state.signal = stopping) })
    const running = await service.start()
    expect(state.signal?.aborted).toBe(false)
    await running.stop({ idleGrace: 0 })

    expect(state.signal?.aborted).toBe(true)
  })
})
