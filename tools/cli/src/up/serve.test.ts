import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createPlatform } from '../testing/platform.ts'
import { watchSources } from './watch-sources.ts'

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
