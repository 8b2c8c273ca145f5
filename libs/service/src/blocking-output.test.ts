import { startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'

test('a service that ends has written all that it said, to a reader who is behind too', async () => {
  await using service = startProcess(process.execPath, [`${import.meta.dirname}/flood.fixture.ts`], {
    env: { ...process.env, FLOOD_PORT: '0' },
  })
  await service.waitFor('listens on')
  service.kill('SIGTERM')
  const { code, stdout, stderr } = await service.ended

  expect(code).toBe(0)
  expect([stdout, stderr].map((text) => text.split('\n').at(-2)?.length)).toEqual([8_000_000, 8_000_000])
})
