import { mkdir, readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { superviseAll } from '../testing/supervise.ts'
import { writeServiceFolder } from '../testing/service-folder.ts'
import { askTree, serveTree, treePaths } from './tree-control.ts'

const anyPort = { public: { host: '127.0.0.1', port: 0 } }

async function createServices(...names: readonly string[]): Promise<Folder> {
  const folder = await createFolder()
  for (const name of names) {
    await mkdir(folder.join('service', name), { recursive: true })
    await writeServiceFolder(folder.join('service', name), ['server.fixture.ts'], { name, sockets: anyPort })
  }
  return folder
}

describe.concurrent('A tree that is told several things at once', () => {
  test('stops a service once for two who want it removed, and the other service goes on', async () => {
    await using folder = await createServices('foo', 'bar')
    await using all = superviseAll(folder)
    await all.tree.openAll()
    await Promise.all([all.tree.remove('foo'), all.tree.remove('foo'), all.tree.remove('unknown')])
    expect(all.tree.entries.map(({ name }) => name)).toEqual(['bar'])
    expect(await readdir(folder.join('service'))).toEqual(['bar'])
  })

  test('leaves nothing running when it is stopped while it opens, and takes nothing in any more', async () => {
    await using folder = await createServices('foo', 'bar')
    await using all = superviseAll(folder)
    const opening = all.tree.openAll()
    await all.tree.stop()
    await opening
    expect(await all.tree.add('foo')).toEqual({ name: 'foo' })
    expect(all.tree.entries).toEqual([])
    expect(all.tree.isStopping).toBe(true)
  })

  test('does what is asked of one service in its order, so that nothing is half done', async () => {
    await using folder = await createServices('foo')
    await using all = superviseAll(folder)
    await all.tree.openAll()
    await Promise.all([all.tree.add('foo'), all.tree.remove('foo'), all.tree.add('foo')])
    expect(all.tree.entries).toEqual([{ name: 'foo', fault: expect.stringContaining('launch.json') as string }])
  })

  test('does not start anew a service that is being stopped', async () => {
    await using folder = await createServices('foo')
    await using all = superviseAll(folder)
    await all.tree.add('foo')
    const control = folder.join('service/foo/launcher/control')
    await askLauncher(control, { do: 'start' })
    const client = connect(control)
    await once(client, 'connect')
    const stopped = all.tree.stop()
    client.write('{"do":"start"}\n{"do":"restart"}\n')
    await stopped
    expect(all.tree.entries).toEqual([])
    client.destroy()
  })
})

describe.concurrent('A service directory that cannot be run', () => {
  test('keeps no other from running, whatever the system says', async () => {
    await using folder = await createServices('good')
    for (const name of ['file', 'unreadable']) await mkdir(folder.join('service', name))
    const broken = { folder: folder.join('service/good/launch.json'), sockets: anyPort }
    await writeServiceFolder(folder.join('service/file'), ['server.fixture.ts'], { ...broken, name: 'file' })
    await writeServiceFolder(folder.join('service/unreadable'), ['server.fixture.ts'], { name: 'unreadable' })
    await mkdir(folder.join('service/unreadable/env/A'), { recursive: true })
    await using all = superviseAll(folder)
    await all.tree.openAll()
    await askLauncher(folder.join('service/good/launcher/control'), { do: 'start' })
    const phases = all.tree.entries.map(({ name, status, fault }) => [name, status?.phase ?? fault])
    expect(phases).toEqual([
      ['file', expect.stringMatching(/waiting|starting/)],
      ['good', 'running'],
      ['unreadable', expect.stringContaining('EISDIR')],
    ])
  })

  test('costs no descriptor each time that it is tried', async () => {
    await using folder = await createServices('foo')
    await using holder = superviseAll(folder)
    await holder.tree.add('foo')
    await using all = superviseAll(folder)
    const count = async (): Promise<number> => (await readdir('/dev/fd')).length
    const before = await count()
    const times = 20
    for (let time = 0; time < times; time += 1)
      expect((await all.tree.add('foo')).fault).toContain('Expected no launcher in')
    // The first service still opens and closes some of its own.
    expect(await count()).toBeLessThan(before + times / 2)
  })
})

describe.concurrent('Whoever asks a tree', () => {
  test('is told what it did not do, and it goes on', async () => {
    await using folder = await createServices()
    await using all = superviseAll(folder)
    const { control } = treePaths(folder.path)
    await using _control = await serveTree(control, all.tree, () => undefined)
    const asked = askTree(folder.path, { do: 'dance' } as never)
    await expect(asked).rejects.toMatchObject({ code: 'SUPERVISE_REFUSED' })
    expect(await askTree(folder.path, { do: 'status' })).toMatchObject({ entries: [], isStopping: false })
  })

  test('ends it by removing its last service, and only that', async () => {
    await using folder = await createServices('foo', 'bar')
    await using all = superviseAll(folder)
    await all.tree.openAll()
    const ended = Promise.withResolvers<undefined>()
    await using _control = await serveTree(treePaths(folder.path).control, all.tree, () => ended.resolve(undefined))
    const remove = (name: string) => askTree(folder.path, { do: 'remove', names: [name], endWhenEmpty: true })
    expect(await remove('foo')).toMatchObject({ isStopping: false, entries: [{ name: 'bar' }] })
    expect(await remove('bar')).toMatchObject({ isStopping: true, entries: [] })
    await ended.promise
  })
})
