import { askTree, startOf } from '@mochi/supervise'
import { describe, expect, test } from 'vitest'
import { runStatus } from '../status/run.ts'
import { createPlatform, servicesIn } from '../testing/platform.ts'
import type { Platform, TestCheckout } from '../testing/platform.ts'
import type { TestContext } from '../testing/test-context.ts'
import { runDown } from './down.ts'
import { runRestart } from './restart.ts'
import { runUp } from './run.ts'

const flags = { instance: undefined }

/** A service that serves, after what watched over it was killed with -9. */
async function killTree(platform: Platform, checkout: TestCheckout): Promise<number> {
  const context = checkout.context()
  await runUp(context, { ...flags, detach: true, json: true, nodes: [] })
  const { pid } = await askTree(platform.place, { do: 'status' })
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => startOf(pid)).toBeUndefined()
  return servicesIn(context)[0]?.pid ?? 0
}

async function status(checkout: TestCheckout): Promise<TestContext> {
  const context = checkout.context()
  await runStatus(context, { json: true })
  return context
}

describe('After the process that runs the services was killed', () => {
  test('status shows what serves on, and down stops it', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const pid = await killTree(platform, checkout)
    const [row] = servicesIn(await status(checkout))
    expect(row).toMatchObject({ name: 'foo', state: 'unwatched', pid })
    expect((await fetch(row?.url ?? '')).status).toBe(200)
    const down = checkout.context()
    await runDown(down, flags)
    expect(down.written.stdout).toBe('Stopped foo.\n')
    expect(startOf(pid)).toBeUndefined()
    expect(servicesIn(await status(checkout))).toEqual([])
  })

  test('restart takes over what serves on before it puts another in its place', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const pid = await killTree(platform, checkout)
    const restart = checkout.context()
    await runRestart(restart, flags, 'foo')
    expect(restart.written.stdout).toMatch(/^foo is process \d+ now/)
    expect(startOf(pid)).toBeUndefined()
    expect(servicesIn(await status(checkout))[0]).toMatchObject({ name: 'foo', state: 'running' })
  })
})
