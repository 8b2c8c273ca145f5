import { readdirSync, existsSync } from 'node:fs'
import { createFolder, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { askTree, startOf } from '@mochi/supervise'
import { describe, expect, test } from 'vitest'
import { runStatus } from '../status/run.ts'
import { createTestContext } from '../testing/test-context.ts'
import type { TestContext } from '../testing/test-context.ts'
import { runDown } from './down.ts'
import { runLogs } from './logs.ts'
import { runRestart } from './restart.ts'
import { runUp } from './run.ts'
import type { ServiceRow } from './table.ts'

const instance = 'mine'
const upFlags = { instance, detach: true, json: true, nodes: [] }

/** A prefix of its own, with the services of this workspace in it; what still runs at the end is stopped. */
async function createPlatform(): Promise<
  AsyncDisposable & { folder: Folder; context: () => TestContext; place: string }
> {
  const folder = await createFolder()
  const context = (): TestContext =>
    createTestContext({
      root: workspaceRoot,
      prefix: folder.path,
      env: { ...process.env, CI: 'true', MOCHI_PREFIX: folder.path },
    })
  const place = folder.join('var/instances', instance)
  return {
    ...{ folder, context, place },
    [Symbol.asyncDispose]: async () => {
      await askTree(place, { do: 'stop' }).catch(() => undefined)
      await folder[Symbol.asyncDispose]()
    },
  }
}

function servicesIn({ written }: TestContext): readonly ServiceRow[] {
  return (JSON.parse(written.stdout) as { services: ServiceRow[] }).services
}

describe('mochi up', { timeout: 60_000 }, () => {
  test('starts what is wanted, a second one finds it running, and down leaves no process, socket or directory', async () => {
    await using platform = await createPlatform()
    const first = platform.context()
    expect(await runUp(first, { ...upFlags, nodes: [['hello', 2]] }, 'hello')).toBe(0)
    const rows = servicesIn(first)
    expect(rows.map(({ name, state }) => [name, state])).toEqual([
      ['hello', 'running'],
      ['hello-2', 'running'],
    ])
    for (const { url } of rows) expect((await fetch(`${url}/health`)).status).toBe(200)
    const second = platform.context()
    await runUp(second, upFlags, 'hello')
    expect(servicesIn(second)[0]?.pid).toBe(rows[0]?.pid)
    const { pid } = await askTree(platform.place, { do: 'status' })
    await runDown(platform.context(), { instance })
    expect(readdirSync(`${platform.place}/service`)).toEqual([])
    expect(existsSync(`${platform.place}/up/control`)).toBe(false)
    for (const each of [pid, ...rows.map((row) => row.pid ?? 0)]) expect(startOf(each)).toBeUndefined()
  })

  test('mochi status shows what runs in the platform of the user', async () => {
    await using folder = await createFolder()
    const context = (): TestContext =>
      createTestContext({
        root: workspaceRoot,
        prefix: folder.path,
        env: { ...process.env, CI: 'true', HELLO_PORT: '0' },
      })
    await runUp(context(), { ...upFlags, instance: undefined }, 'hello')
    const status = context()
    await runStatus(status, { json: false })
    await runDown(context(), { instance: undefined })
    expect(status.written.stdout).toMatch(/hello +running +\d+ +0 /)
    const after = context()
    await runStatus(after, { json: true })
    expect(JSON.parse(after.written.stdout)).toMatchObject({ services: [] })
  })

  test('two at once start one platform', async () => {
    await using platform = await createPlatform()
    const contexts = [platform.context(), platform.context()]
    await Promise.all(contexts.map((context) => runUp(context, upFlags, 'hello')))
    const [one, other] = contexts.map((context) => servicesIn(context)[0]?.pid)
    expect(one).toBe(other)
  })

  test('restart puts another process in its place, and logs shows what both wrote', async () => {
    await using platform = await createPlatform()
    const context = platform.context()
    await runUp(context, upFlags, 'hello')
    const [before] = servicesIn(context)
    const restart = platform.context()
    await runRestart(restart, { instance }, 'hello')
    expect(restart.written.stdout).toMatch(/^hello is process \d+ now, after \d\.\d\d s\n$/)
    expect(restart.written.stdout).not.toContain(`process ${before?.pid} `)
    const logs = platform.context()
    await runDown(platform.context(), { instance }, 'hello')
    await runLogs(logs, { instance, follow: false, lines: 100 }, 'hello')
    expect(logs.written.stdout.match(/hello listens on/g)).toHaveLength(2)
  })

  test('names what it does not know, and what does not run', async () => {
    await using platform = await createPlatform()
    await expect(runUp(platform.context(), upFlags, 'helo')).rejects.toMatchObject({ code: 'CLI_UNKNOWN_SERVICE' })
    await expect(runRestart(platform.context(), { instance }, 'hello')).rejects.toMatchObject({
      code: 'CLI_SERVICE_NOT_RUNNING',
    })
    await expect(runLogs(platform.context(), { instance, follow: false, lines: 1 }, 'hello')).rejects.toMatchObject({
      code: 'CLI_SERVICE_NOT_RUNNING',
    })
    const down = platform.context()
    await runDown(down, { instance })
    expect(down.written.stdout).toBe('Nothing of this checkout runs.\n')
  })
})
