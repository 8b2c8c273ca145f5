import { mkdir } from 'node:fs/promises'
import { createFolder, startProcess } from '@mochi/testing'
import type { Folder, TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { startOf } from '../process-start.ts'
import { writeServiceFolder } from '../testing/service-folder.ts'
import { askTree, parseTreeRequest } from './tree-control.ts'
import type { TreeAnswer } from './tree-control.ts'

const TREE = `${import.meta.dirname}/main.ts`
const anyPort = { public: { host: '127.0.0.1', port: 0 } }

function start(folder: Folder): TestProcess {
  const writer = [process.execPath, `${import.meta.dirname}/../log/main.ts`, 'main']
  return startProcess(process.execPath, [TREE, folder.path, '--', ...writer])
}

async function createTree(services: Readonly<Record<string, readonly [string, ...string[]]>>): Promise<Folder> {
  const folder = await createFolder()
  for (const [name, command] of Object.entries(services)) {
    const directory = folder.join('service', name)
    await mkdir(directory, { recursive: true })
    await writeServiceFolder(directory, command, { name, sockets: anyPort })
  }
  return folder
}

describe('The embedded tree', { timeout: 60_000 }, () => {
  test('runs every service directory, one that cannot be run beside the others, and leaves nothing when it stops', async () => {
    await using folder = await createTree({ foo: ['server.fixture.ts'], bar: ['server.fixture.ts'] })
    await folder.write({ 'service/broken/launch.json': '{}', 'service/no-service/notes': '' })
    await using tree = start(folder)
    await tree.waitFor('open\n')
    const running = await askLauncher(folder.join('service/foo/launcher/control'), { do: 'start' })
    expect(running.status.phase).toMatch(/starting|running/)
    const { entries } = await askTree(folder.path, { do: 'status' })
    expect(entries.map(({ name, fault }) => [name, fault === undefined])).toEqual([
      ['bar', true],
      ['broken', false],
      ['foo', true],
    ])
    const pids = entries.flatMap(({ status }) => (status?.pid === undefined ? [] : [status.pid]))
    expect(pids).toHaveLength(2)
    expect((await askTree(folder.path, { do: 'stop' })).entries).toEqual([])
    expect(await tree.ended).toMatchObject({ code: 0 })
    expect(pids.map(startOf)).toEqual([undefined, undefined])
  })

  test('takes a service in and gives it back while the others run', async () => {
    await using folder = await createTree({ foo: ['server.fixture.ts'] })
    await using tree = start(folder)
    await tree.waitFor('open\n')
    await writeServiceFolder(folder.join('service/late'), ['server.fixture.ts'], { name: 'late', sockets: anyPort })
    const adding = (): Promise<TreeAnswer> => askTree(folder.path, { do: 'add', names: ['late', 'foo'] })
    const [added] = await Promise.all([adding(), adding()])
    expect(added.entries.map(({ fault }) => fault)).toEqual([undefined, undefined])
    expect(added.entries.map(({ name }) => name)).toEqual(['foo', 'late'])
    const removed = await askTree(folder.path, { do: 'remove', names: ['foo'] })
    expect(removed.entries.map(({ name }) => name)).toEqual(['late'])
    tree.kill('SIGTERM')
    expect(await tree.ended).toMatchObject({ code: 0 })
  })

  test('is the only one over its folder; when it is killed the next one goes on', async () => {
    await using folder = await createTree({ foo: ['server.fixture.ts'] })
    await using first = start(folder)
    await first.waitFor('open\n')
    await using second = start(folder)
    expect(await second.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('SUPERVISE_ALREADY_RUNS') as string,
    })
    first.kill('SIGKILL')
    await first.ended
    await using third = start(folder)
    await third.waitFor('open\n')
    expect((await askTree(folder.path, { do: 'stop' })).entries).toEqual([])
  })
})

test('what a tree is asked is names of services, never paths', () => {
  expect(parseTreeRequest('{"do":"add","names":["foo","foo-2"]}')).toEqual({ do: 'add', names: ['foo', 'foo-2'] })
  for (const names of ['["../x"]', '["a/b"]', '[""]', '"foo"', '[7]']) {
    expect(parseTreeRequest(`{"do":"add","names":${names}}`)).toBeUndefined()
  }
  for (const line of ['', 'null', '[]', '{"do":"rm"}']) expect(parseTreeRequest(line)).toBeUndefined()
})
