import { expect, test } from 'vitest'
import { ask } from './raw.fixture.ts'
import { startTestService } from './service.fixture.ts'

async function gaugesOf({ url }: { url: string }): Promise<Record<string, number>> {
  return (JSON.parse((await ask(`${url}/stats`)).body) as { gauges: Record<string, number> }).gauges
}

test('a service shows figures of its own, as they are when somebody asks', async () => {
  const state = { waiting: 1 }
  await using service = await startTestService({
    routes: (_app, { gauge }) => gauge('jobs.waiting', () => state.waiting),
  })
  expect(await gaugesOf(service)).toEqual({ 'jobs.waiting': 1 })

  state.waiting = 2

  expect(await gaugesOf(service)).toEqual({ 'jobs.waiting': 2 })
})

test('a figure that cannot be read takes no other with it', async () => {
  await using service = await startTestService({
    routes: (_app, { gauge }) => {
      gauge('broken', () => {
        throw new Error('not now')
      })
      gauge('endless', () => Infinity)
      gauge('fine', () => 0.5)
    },
  })

  expect(await gaugesOf(service)).toEqual({ fine: 0.5 })
})

test('two figures of one name are a mistake', async () => {
  const starting = startTestService({
    routes: (_app, { gauge }) => {
      gauge('jobs', () => 1)
      gauge('jobs', () => 2)
    },
  })

  await expect(starting).rejects.toThrow('There is a gauge jobs already.')
})
