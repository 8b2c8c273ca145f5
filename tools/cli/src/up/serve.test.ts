import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createPlatform, servicesIn } from '../testing/platform.ts'
import { runUp } from './run.ts'
import { runServe } from './serve.ts'
import { watchSources } from './watch-sources.ts'

const upFlags = { instance: undefined, detach: true, json: true, nodes: [] }

describe('mochi serve', () => {
  test('goes on with what was there when a change breaks it, and serves the change that mends it', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const file = 'apps/foo/src/main.ts'
    const sources = await readFile(`${checkout.root}/${file}`, 'utf8')
    await using serve = startProcess(process.execPath, [
      join(import.meta.dirname, 'serve.fixture.ts'),
      ...[checkout.root, platform.prefix, 'foo'],
    ])
    const listens = await serve.waitFor(/listens as \d+ at http\S+\n/)
    const [, pid = '', url = ''] = /listens as (\d+) at (\S+)/.exec(listens) ?? []
    await checkout.write(file, 'this does not parse')
    await serve.waitFor('did not come to serve with the change; the one from before goes on')
    expect(await (await fetch(url)).json()).toMatchObject({ cwd: `${checkout.root}/apps/foo`, pid: Number(pid) })
    await checkout.write(file, sources)
    await serve.waitFor('serves the change')
    await expect.poll(() => isAlive(Number(pid)), { timeout: 30_000 }).toBe(false)
    const mended = (await (await fetch(url)).json()) as { pid: number }
    expect(mended.pid).not.toBe(Number(pid))
    serve.kill('SIGTERM')
    expect(await serve.ended).toMatchObject({ code: 0 })
    expect(isAlive(mended.pid)).toBe(false)
  })
})

describe('A service that is served and run by up', () => {
  test('is refused by serve, which says how to stop the one that runs', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const up = checkout.context()
    await runUp(up, upFlags)
    const [row] = servicesIn(up)
    const { port } = new URL(row?.url ?? '')
    await expect(runServe(checkout.context({ env: { FOO_PORT: port } }), {}, 'foo')).rejects.toMatchObject({
      code: 'CLI_SERVICE_RUNS',
      message: `Expected port ${port} to be free, found foo there, which ./mochi up runs as process ${row?.pid}.`,
      hint: './mochi down foo',
    })
  })

  test('is refused by up, which says that serve has it', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const fixture = join(import.meta.dirname, 'serve.fixture.ts')
    await using serve = startProcess(process.execPath, [fixture, checkout.root, platform.prefix, 'foo'])
    const listens = await serve.waitFor(/listens as \d+ at http\S+\n/)
    const [, port = ''] = /:(\d+)\n/.exec(listens) ?? []
    const context = checkout.context({ env: { FOO_PORT: port } })
    expect(await runUp(context, upFlags)).toBe(1)
    // Where the system tells the names of processes by their titles.
    if (process.platform === 'linux')
      expect(context.written.stderr).toContain(`found process ${serve.pid} (mochi serve) listening there`)
  })
})

describe('The watch over sources', () => {
  test('tells that a folder cannot be watched, from the beginning or any more, and is no reason to end', () => {
    const watcher = Object.assign(new EventEmitter(), { close: () => undefined })
    const troubles: string[] = []
    using _watching = watchSources(['full', 'later'], {
      onChange: () => undefined,
      onTrouble: ({ message }) => troubles.push(message),
      watchFolder: (folder) => {
        if (folder === 'full') throw new Error('ENOSPC: full')
        return watcher as never
      },
    })
    watcher.emit('error', new Error('ENOSPC: later'))
    expect(troubles).toEqual(['ENOSPC: full', 'ENOSPC: later'])
  })
})
