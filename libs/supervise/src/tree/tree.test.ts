import { mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createFolder, startProcess } from '@mochi/testing'
import type { Folder, TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { findLiving } from './process-records.ts'
import { startOf } from '../process-start.ts'
import { writeServiceFolder } from '../testing/service-folder.ts'
import { superviseAll, WRITER } from '../testing/supervise.ts'
import { askTree, parseTreeRequest, serveTree, treePaths } from './tree-control.ts'
import type { TreeAnswer } from './tree-control.ts'

const MAIN = `${import.meta.dirname}/main.ts`
const anyPort = { public: { host: '127.0.0.1', port: 0 } }

type Services = Readonly<Record<string, readonly [string, ...string[]]>>

async function writeServices(folder: Folder, services: Services): Promise<void> {
  for (const [name, command] of Object.entries(services)) {
    await mkdir(folder.join('service', name), { recursive: true })
    await writeServiceFolder(folder.join('service', name), command, { name, sockets: anyPort })
  }
}

/** A folder of service directories. What still runs in it at the end was left behind by a test that failed. */
async function createServices(services: Services): Promise<Folder> {
  const folder = await createFolder()
  await writeServices(folder, services)
  const dispose = async (): Promise<void> => {
    for (const name of Object.keys(services))
      for (const kind of ['launcher', 'log'])
        for (const { pid } of findLiving(folder.join('service', name, kind, 'processes.json')))
          process.kill(pid, 'SIGKILL')
    await folder[Symbol.asyncDispose]()
  }
  return { ...folder, [Symbol.asyncDispose]: dispose }
}

describe.concurrent('The embedded tree', () => {
  test('runs every service directory, one that cannot be run beside the others, and leaves nothing when it stops', async () => {
    await using folder = await createServices({ foo: ['server.fixture.ts'], bar: ['server.fixture.ts'] })
    await folder.write({ 'service/broken/launch.json': '{}', 'service/no-service/notes': '' })
    await using here = superviseAll(folder)
    await here.tree.openAll()
    expect(here.tree.entries.map(({ name, fault }) => [name, fault === undefined])).toEqual([
      ['bar', true],
      ['broken', false],
      ['foo', true],
    ])
    const pids = here.tree.entries.flatMap(({ status }) => (status?.pid === undefined ? [] : [status.pid]))
    expect(pids).toHaveLength(2)
    await here.tree.stop()
    expect(here.tree.entries).toEqual([])
    expect(pids.map(startOf)).toEqual([undefined, undefined])
  })

  test('is empty where no service is yet', async () => {
    await using folder = await createFolder()
    await using here = superviseAll(folder)
    await here.tree.openAll()
    expect(here.tree.entries).toEqual([])
  })

  test('takes a service in once, however many ask for it, and gives it back while the others run', async () => {
    await using folder = await createServices({ foo: ['server.fixture.ts'] })
    await using here = superviseAll(folder)
    const { stopped, ...control } = await serve(folder, here.tree)
    await using _control = control
    await here.tree.openAll()
    await writeServices(folder, { late: ['server.fixture.ts'] })
    const adding = (): Promise<TreeAnswer> => askTree(folder.path, { do: 'add', names: ['late', 'foo'] })
    const [added] = await Promise.all([adding(), adding()])
    expect(added.entries.map(({ name, fault }) => [name, fault])).toEqual([
      ['foo', undefined],
      ['late', undefined],
    ])
    const removed = await askTree(folder.path, { do: 'remove', names: ['foo', 'unknown'] })
    expect(removed.entries.map(({ name }) => name)).toEqual(['late'])
    expect((await askTree(folder.path, { do: 'stop' })).entries).toEqual([])
    await stopped
  })

  test('says why a service cannot be run until it can', async () => {
    await using folder = await createServices({ foo: ['server.fixture.ts'] })
    await using here = superviseAll(folder)
    const spec = folder.join('service/foo/launch.json')
    await rm(spec)
    expect((await here.tree.add('foo')).fault).toContain('launch.json')
    expect(here.tree.entries).toHaveLength(1)
    await writeServices(folder, { foo: ['server.fixture.ts'] })
    expect(await here.tree.add('foo')).toMatchObject({ name: 'foo', status: { name: 'foo' } })
    expect(here.tree.entries[0]?.fault).toBeUndefined()
  })
})

/** A tree’s control in this process, and when it was told to stop. */
async function serve(
  folder: Folder,
  tree: Parameters<typeof serveTree>[1],
): Promise<AsyncDisposable & { stopped: Promise<undefined> }> {
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>()
  const control = await serveTree(treePaths(folder.path).control, tree, () => resolve(undefined))
  return { stopped, [Symbol.asyncDispose]: () => control[Symbol.asyncDispose]() }
}

test('What a tree is asked is names of services, never paths; nothing else is done', async () => {
  expect(parseTreeRequest('{"do":"add","names":["foo","foo-2"]}')).toEqual({ do: 'add', names: ['foo', 'foo-2'] })
  for (const names of ['["../x"]', '["a/b"]', '[""]', '"foo"', '[7]']) {
    expect(parseTreeRequest(`{"do":"add","names":${names}}`)).toBeUndefined()
  }
  for (const line of ['', 'null', '[]', '{"do":"rm"}']) expect(parseTreeRequest(line)).toBeUndefined()
  await using folder = await createFolder()
  await using here = superviseAll(folder)
  await using _control = await serve(folder, here.tree)
  const socket = connect(treePaths(folder.path).control)
  socket.end('{"do":"add","names":["../x"]}\n')
  expect(await text(socket)).toMatch(/^\{.*\}\n$/)
  expect(here.tree.entries).toEqual([])
})

describe('The program of the tree', { timeout: 60_000 }, () => {
  function start(folder: Folder): TestProcess {
    return startProcess(process.execPath, [MAIN, folder.path, '--', ...WRITER])
  }

  test('is the only one over its folder, of two that start at once too; when it is killed the next one goes on', async () => {
    await using folder = await createServices({ foo: ['server.fixture.ts'] })
    await using one = start(folder)
    await using other = start(folder)
    const refused = await Promise.race([one, other].map(async (each) => ({ each, ...(await each.ended) })))
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('SUPERVISE_ALREADY_RUNS') as string })
    const first = refused.each === one ? other : one
    await first.waitFor('open\n')
    const { status } = await askLauncher(folder.join('service/foo/launcher/control'), { do: 'start' })
    first.kill('SIGKILL')
    await first.ended
    await using next = start(folder)
    await next.waitFor('open\n')
    const { entries } = await askTree(folder.path, { do: 'status' })
    expect(entries[0]?.status?.pid).toBe(status.pid)
    next.kill('SIGTERM')
    expect(await next.ended).toMatchObject({ code: 0 })
    expect(startOf(status.pid ?? 0)).toBeUndefined()
  })
})
