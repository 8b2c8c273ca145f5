import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, stat, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { askTree, startOf, treePaths } from '@mochi/supervise'
import { listenOnFreePort, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { runStatus } from '../status/run.ts'
import { createPlatform, servicesIn } from '../testing/platform.ts'
import type { TestCheckout } from '../testing/platform.ts'
import { createTestContext } from '../testing/test-context.ts'
import type { TestContext, TestContextOptions } from '../testing/test-context.ts'
import { runDown } from './down.ts'
import type { ServiceRow } from './read-services.ts'
import { runUp } from './run.ts'

const upFlags = { instance: undefined, detach: true, json: true, nodes: [] }
const downFlags = { instance: undefined }

/** `mochi up`, and what it shows. */
async function up(
  checkout: TestCheckout,
  options: { names?: readonly string[]; env?: TestContextOptions['env'] } = {},
): Promise<{
  rows: readonly ServiceRow[]
  context: TestContext
}> {
  const { names = [], env = {} } = options
  const context = checkout.context({ env })
  await runUp(context, upFlags, ...names)
  return { rows: servicesIn(context), context }
}

/** The environment and the folder that a service of the test platform answers with. */
async function askEnvironment(row: ServiceRow | undefined): Promise<Record<string, string | undefined>> {
  const answer = await fetch(row?.url ?? '')
  return (await answer.json()) as Record<string, string | undefined>
}

function isLocked(file: string): boolean {
  using database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return false
  } catch {
    return true
  }
}

describe('mochi up', () => {
  test('starts the hello of this workspace, and down leaves no process, socket, lock or directory', async () => {
    await using platform = await createPlatform()
    const context = (): TestContext =>
      createTestContext({ root: workspaceRoot, prefix: platform.prefix, env: { ...process.env, CI: 'true' } })
    const [first, second] = [context(), context()]
    const instance = 'mine'
    const place = `${platform.place}/instances/${instance}`
    await using _stop = { [Symbol.asyncDispose]: () => askTree(place, { do: 'stop' }).then(ignore, ignore) }
    await runUp(first, { ...upFlags, instance, nodes: [['hello', 2]] }, 'hello')
    const rows = servicesIn(first)
    expect(rows.map(({ name, state }) => [name, state])).toEqual([
      ['hello', 'running'],
      ['hello-2', 'running'],
    ])
    for (const { url } of rows) expect((await fetch(`${url}/health`)).status).toBe(200)
    expect(first.written.stderr).toMatch(
      /^ +\d+\.\d s {2}2 service directories in .*\n +\d+\.\d s {2}the process that runs them\n +\d+\.\d s {2}hello, hello-2\n$/,
    )
    await runUp(second, { ...upFlags, instance }, 'hello')
    expect(second.written.stderr).toMatch(/^ +\d+\.\d s {2}1 service directory in /)
    expect(servicesIn(second)[0]?.pid).toBe(rows[0]?.pid)
    const { pid } = await askTree(place, { do: 'status' })
    const { control, lock } = treePaths(place)
    expect([existsSync(control), isLocked(lock)]).toEqual([true, true])
    await runDown(context(), { instance })
    expect(readdirSync(`${place}/service`)).toEqual([])
    expect([existsSync(control), isLocked(lock)]).toEqual([false, false])
    for (const each of [pid, ...rows.map((row) => row.pid ?? 0)]) expect(startOf(each)).toBeUndefined()
  })

  test('tells a service its own variables and none of a stranger’s, and starts it anew when they are others', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const strange = { SOME_TOKEN: 'hunter2', FOO_UNKNOWN: 'x' }
    const first = await up(checkout, { env: { ...strange, FOO_GREETING: 'Ahoy' } })
    const seen = await askEnvironment(first.rows[0])
    expect(seen).toMatchObject({ FOO_GREETING: 'Ahoy', MOCHI_PREFIX: platform.prefix })
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['SOME_TOKEN']))
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['FOO_UNKNOWN']))
    const file = `${platform.place}/service/foo/env/FOO_GREETING`
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const same = await up(checkout, { env: { FOO_GREETING: 'Ahoy' } })
    expect(same.rows[0]?.pid).toBe(first.rows[0]?.pid)
    const other = await up(checkout, { env: { FOO_GREETING: 'Servus' } })
    expect(await askEnvironment(other.rows[0])).toMatchObject({ FOO_GREETING: 'Servus' })
    expect(other.context.written.stderr).toContain('foo has ended, to be told anew: env/FOO_GREETING\n')
    expect(await readFile(file, 'utf8')).toBe('Servus\n')
  })

  test('two at once start one platform', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const [one, other] = await Promise.all([up(checkout), up(checkout)])
    expect(one.rows[0]?.pid).toBe(other.rows[0]?.pid)
  })

  test('says who has the port of a service, lets the others serve, and starts it once the port is free', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo', 'good'])
    await using taken = await listenOnFreePort(createServer())
    const context = checkout.context({ env: { FOO_PORT: String(taken.port) } })
    expect(await runUp(context, upFlags)).toBe(1)
    expect(context.written.stderr).toMatch(
      new RegExp(`foo: Expected 127.0.0.1:${taken.port} to be free for foo, found process ${process.pid} `),
    )
    expect(context.written.stderr).toContain('  next:  ./mochi logs foo\n  code:  CLI_SERVICE_FAILED ')
    expect(servicesIn(context).map(({ name, state }) => [name, state])).toEqual([
      ['foo', 'broken'],
      ['good', 'running'],
    ])
    await taken[Symbol.asyncDispose]()
    const again = await up(checkout, { env: { FOO_PORT: String(taken.port) } })
    expect(again.rows.map(({ state }) => state)).toEqual(['running', 'running'])
  })

  test('serves at a name of this machine, and shows the number of it', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const { rows } = await up(checkout, { env: { FOO_HOST: 'localhost' } })
    expect(rows[0]?.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/)
    expect(await askEnvironment(rows[0])).toMatchObject({ FOO_HOST: 'localhost' })
  })

  test('in a prefix that is not the user’s says how to have one', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    // Nobody, root neither, makes a folder in a file.
    const context = checkout.context({ prefix: `${checkout.root}/apps/foo/package.json`, home: '/home/me' })
    await expect(runUp(context, upFlags)).rejects.toMatchObject({
      code: 'CLI_PREFIX_NOT_WRITABLE',
      hint: "MOCHI_PREFIX='/home/me/.mochi' ./mochi up",
    })
  })
})

test.each(['service', 'log', 'up'])('A var/%s that is not the user’s is no fault of mochi', async (name) => {
  await using platform = await createPlatform()
  const checkout = await platform.createCheckout('here', ['foo'])
  // Nobody, root neither, has something in a link that leads in a circle.
  await mkdir(platform.place, { recursive: true })
  await symlink(name, `${platform.place}/${name}`)
  await expect(runUp(checkout.context({ home: platform.prefix }), upFlags)).rejects.toMatchObject({
    code: 'CLI_PREFIX_NOT_WRITABLE',
  })
})

describe('A service of another checkout', () => {
  test('keeps its name while it runs, and no longer', async () => {
    await using platform = await createPlatform()
    const [here, there] = [
      await platform.createCheckout('here', ['foo']),
      await platform.createCheckout('there', ['foo']),
    ]
    const before = await up(there)
    await expect(runUp(here.context(), upFlags)).rejects.toMatchObject({
      code: 'CLI_SERVICE_OF_OTHER_CHECKOUT',
      message: expect.stringContaining(`${there.root}/apps/foo`) as string,
    })
    // As after a machine that was switched off: the directory is there, and nothing runs.
    await askTree(platform.place, { do: 'stop' })
    const after = await up(here)
    expect(await askEnvironment(after.rows[0])).toMatchObject({ cwd: `${here.root}/apps/foo` })
    expect(startOf(before.rows[0]?.pid ?? 0)).toBeUndefined()
  })
})

describe('mochi status', () => {
  test('shows what runs in the platform of the user, also where its path is too long for a socket', async () => {
    await using platform = await createPlatform('x'.repeat(100))
    const checkout = await platform.createCheckout('here', ['foo'])
    await up(checkout)
    const status = checkout.context()
    await runStatus(status, { json: false })
    expect(status.written.stdout).toMatch(/foo +running +\d+ +0 /)
    await runDown(checkout.context(), downFlags)
    const after = checkout.context()
    await runStatus(after, { json: true })
    expect(servicesIn(after)).toEqual([])
  })
})

function ignore(): void {
  // Nothing runs any more.
}
