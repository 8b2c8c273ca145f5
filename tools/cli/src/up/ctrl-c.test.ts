import { join } from 'node:path'
import { startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createPlatform } from '../testing/platform.ts'
import type { Platform, TestCheckout } from '../testing/platform.ts'
import { findTree } from './ensure-tree.ts'
import { readServices } from './read-services.ts'
import { runUp } from './run.ts'

const upFlags = { instance: undefined, detach: true, json: true, nodes: [] }
const WAIT = { timeout: 30_000 }

/** Lives, and never says that it is ready. */
const NEVER_READY = `process.on('message', () => process.exit(0))\nsetInterval(() => undefined, 1e6)\n`

/** Is ready at once, and ends, once it was told to, when a file is there. */
const SLOW = `import { existsSync } from 'node:fs'
process.on('message', () => setInterval(() => existsSync('may-end') && process.exit(0), 20))
process.send({ type: 'ready' })
`

function place({ place: folder }: Platform): { instance: undefined; folder: string } {
  return { instance: undefined, folder }
}

async function statesIn(platform: Platform, checkout: TestCheckout): Promise<unknown> {
  const rows = await readServices(checkout.context(), place(platform))
  return rows.map(({ name, state }) => [name, state])
}

describe('Ctrl-C', () => {
  test('while up still starts stops what it started, says so, and leaves what ran before', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['bar', 'foo'])
    await here.write('apps/foo/src/main.ts', NEVER_READY)
    await runUp(here.context(), upFlags, 'bar')
    const context = here.context({ isTTY: true })
    const upped = runUp(context, { ...upFlags, detach: false, json: false }).catch((error: unknown) => error)
    const both = [
      ['bar', 'running'],
      ['foo', 'starting'],
    ]
    await expect.poll(() => statesIn(platform, here), WAIT).toEqual(both)
    context.interrupt()
    expect(await upped).toMatchObject({
      code: 'CLI_UP_INTERRUPTED',
      message: 'Expected the services to serve, but Ctrl-C came first. Stopped foo.',
    })
    expect(context.written.stderr).toContain('stopping foo\n')
    expect(await statesIn(platform, here)).toEqual([['bar', 'running']])
  })

  test('before up has started anything starts nothing', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo'])
    const context = here.context()
    context.interrupt()
    await expect(runUp(context, upFlags)).rejects.toMatchObject({ code: 'CLI_UP_INTERRUPTED' })
    expect(await findTree(place(platform))).toBeUndefined()
  })

  test('while down waits, which it says, leaves no process without services', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo'])
    await here.write('apps/foo/src/main.ts', SLOW)
    await runUp(here.context(), upFlags)
    const cli = join(import.meta.dirname, '../testing/cli.fixture.ts')
    await using down = startProcess(process.execPath, [cli, here.root, platform.prefix, 'down'])
    await down.waitFor('waiting for foo to finish its requests\n')
    down.kill('SIGINT')
    expect(await down.ended).toMatchObject({ signal: 'SIGINT' })
    await here.write('apps/foo/may-end', '')
    await expect.poll(() => findTree(place(platform)), WAIT).toBeUndefined()
  })
})
