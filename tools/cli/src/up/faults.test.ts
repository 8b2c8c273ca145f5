import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { listenOnFreePort } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { createPlatform, servicesIn } from '../testing/platform.ts'
import type { Platform, TestCheckout } from '../testing/platform.ts'
import type { TestContext, TestContextOptions } from '../testing/test-context.ts'
import { findTree } from './ensure-tree.ts'
import { readServices } from './read-services.ts'
import type { ServiceRow } from './read-services.ts'

const WAIT = { timeout: 30_000 }

type Called = { readonly code: number; readonly context: TestContext }

async function call(checkout: TestCheckout, args: string, options?: TestContextOptions): Promise<Called> {
  const context = checkout.context(options)
  return { code: await runCli(args.split(' '), context, '0'), context }
}

async function rowOf(platform: Platform, checkout: TestCheckout, name: string): Promise<ServiceRow | undefined> {
  const rows = await readServices(checkout.context(), { instance: undefined, folder: platform.place })
  return rows.find((row) => row.name === name)
}

describe('A service whose configuration has a fault', () => {
  test('keeps no other from running: it is shown with it, and up has failed', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['bar', 'foo'])
    const { code, context } = await call(here, 'up --json', { env: { FOO_PORT: 'eighty' } })
    expect(code).toBe(1)
    // The whole of standard output is one document.
    expect(servicesIn(context)).toMatchObject([
      { name: 'bar', state: 'running' },
      { name: 'foo', state: 'broken', fault: expect.stringContaining('FOO_PORT') as string },
    ])
    expect(context.written.stderr).toContain('  next:  ./mochi config show foo\n  code:  CLI_SERVICE_FAILED ')
    const shown = await call(here, 'up --detach', { env: { FOO_PORT: 'eighty' } })
    expect(shown.context.written.stdout).toMatch(/\nfoo +broken +- .*\n/)
  })

  test('that is named, or is alone, is refused before anything starts', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['bar', 'foo'])
    const alone = await platform.createCheckout('alone', ['foo'])
    const env = { FOO_PORT: 'eighty' }
    for (const called of [await call(here, 'up foo', { env }), await call(alone, 'up', { env })]) {
      expect(called.code).toBe(1)
      expect(called.context.written.stderr).toContain('  code:  CONFIG_SERVICE_INVALID ')
    }
    const one = await call(alone, 'up --json', { env })
    expect(JSON.parse(one.context.written.stdout)).toMatchObject({ error: { code: 'CONFIG_SERVICE_INVALID' } })
    expect(await findTree({ instance: undefined, folder: platform.place })).toBeUndefined()
  })
})

test('A variable that is a slip of one of a service’s is told before the service starts', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  const warning = 'warning: FOO_PROT means nothing to foo; did you mean FOO_PORT?\n'
  const env = { FOO_PROT: '80' }
  expect((await call(here, 'up --detach', { env })).context.written.stderr).toContain(warning)
  expect((await call(here, 'config show foo', { env })).context.written.stderr).toBe(warning)
  const { context } = await call(here, 'config show foo --json', { env })
  expect(JSON.parse(context.written.stdout)).toMatchObject({ misspelt: [{ found: 'FOO_PROT', meant: 'FOO_PORT' }] })
})

test.each([
  ['', ['current']],
  [', also where that cannot be noted beside the log', ['current', 'status.json']],
])('The table says of a service whose log is not written why%s', async (_where, taken) => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  // Nobody, root neither, writes to a folder as to a file.
  for (const name of taken) await mkdir(`${platform.place}/log/foo/${name}`, { recursive: true })
  await call(here, 'up --detach')
  await expect
    .poll(async () => (await rowOf(platform, here, 'foo'))?.fault, WAIT)
    .toMatch(/^its log is not written: .*EISDIR/)
  const { context } = await call(here, 'status', { columns: 300 })
  expect(context.written.stdout).toMatch(/\nfoo +running .* its log is not written: .*EISDIR/)
  for (const name of taken) await rm(`${platform.place}/log/foo/${name}`, { recursive: true })
})

test('A service whose folder has gone says that, and so does a restart of it', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  const { context } = await call(here, 'up --json')
  await rm(`${here.root}/apps/foo`, { recursive: true })
  process.kill(servicesIn(context)[0]?.pid ?? 0, 'SIGKILL')
  const gone = `its folder ${here.root}/apps/foo is not there`
  await expect.poll(async () => (await rowOf(platform, here, 'foo'))?.fault, WAIT).toBe(gone)
  const restart = await call(here, 'restart foo')
  expect(restart.context.written.stderr).toContain(gone)
})

test('A restart of a service that could not be started says why, or starts it', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  await using taken = await listenOnFreePort(createServer())
  await call(here, 'up --json', { env: { FOO_PORT: String(taken.port) } })
  const { code, context } = await call(here, 'restart foo')
  expect([code, context.written.stderr]).toEqual([
    1,
    expect.stringContaining(`foo: Expected 127.0.0.1:${taken.port} to be free`),
  ])
  await taken[Symbol.asyncDispose]()
  expect((await call(here, 'restart foo')).context.written.stdout).toMatch(/^foo is process \d+ now/)
})

test('Fewer nodes than run are ended, and those of other services are not', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['bar', 'foo'])
  await call(here, 'up --json --nodes foo=3 --nodes bar=2')
  const fewer = await call(here, 'up --json --nodes foo=1 foo')
  expect(fewer.context.written.stderr).toContain('foo-2, foo-3 ended: 1 of foo wanted\n')
  const rows = await readServices(here.context(), { instance: undefined, folder: platform.place })
  expect(rows.map(({ name }) => name)).toEqual(['bar', 'bar-2', 'foo'])
  await call(here, 'up --json foo --nodes bar=1')
  const after = await readServices(here.context(), { instance: undefined, folder: platform.place })
  expect(after.map(({ name }) => name)).toEqual(['bar', 'foo'])
})
