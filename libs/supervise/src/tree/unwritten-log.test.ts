import { existsSync } from 'node:fs'
import { mkdir, readFile, rmdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFolder, startProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { readLog } from '../log/read.ts'
import { lives } from '../process-record.ts'
import { createServiceFolder, writeServiceFolder } from '../testing/service-folder.ts'
import { supervise, superviseAll, WRITER } from '../testing/supervise.ts'
import { findLiving } from './process-records.ts'

const anyPort = { public: { host: '127.0.0.1', port: 0 } }

type Blocked = AsyncDisposable & {
  readonly folder: Folder
  /** From now on the log takes what it gets. */
  readonly unblock: () => Promise<void>
}

/** A service whose log cannot be written: a directory stands where its file should be. */
async function createBlocked(): Promise<Blocked> {
  const folder = await createServiceFolder(['server.fixture.ts'], { sockets: anyPort })
  const current = folder.join('log/main/current')
  await mkdir(current, { recursive: true })
  return { folder, unblock: () => rmdir(current), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** The lines of a log without stamps and process ids, until the one that ends so has come. */
async function linesUntil(folder: Folder, last: string): Promise<string[]> {
  const lines: string[] = []
  for await (const line of readLog(folder.join('log/main'), { follow: true })) {
    lines.push(String(line).trim().split(' ').slice(2).join(' '))
    if (lines.at(-1) === last) break
  }
  return lines
}

const WRITTEN = ['serves, fds 1 public', 'drains: no successor']

describe.concurrent('What a service has written when its log takes nothing', { timeout: 30_000 }, () => {
  test('is kept when the service is stopped, which is told, until the log takes it', async () => {
    await using blocked = await createBlocked()
    await using supervised = await supervise(blocked.folder)
    await supervised.changes.waitFor(({ what }) => what === 'ready')
    expect(await supervised.service.stop()).toBe(false)
    expect(await supervised.service.stop()).toBe(false)
    await blocked.unblock()
    expect(await supervised.service.stop()).toBe(true)
    expect(await linesUntil(blocked.folder, WRITTEN[1] ?? '')).toEqual(WRITTEN)
  })

  test('keeps its directory and its entry in the tree; added again, it runs when there is room', async () => {
    await using blocked = await createBlocked()
    const { folder, unblock } = blocked
    await using rig = superviseAll({ join: (name) => (name === 'service' ? folder.join('..') : folder.join(name)) })
    const name = folder.path.split('/').at(-1) ?? ''
    await rig.tree.add(name)
    await rig.tree.remove(name)
    expect(rig.tree.entries).toMatchObject([{ name, fault: expect.stringContaining('its log') as string }])
    expect((await rig.tree.add(name)).fault).toContain('its log')
    expect(rig.tree.isEmpty).toBe(false)
    await unblock()
    const { fault, status } = await rig.tree.add(name)
    expect(fault).toBeUndefined()
    expect(status?.phase).toMatch(/starting|running/)
    await rig.tree.remove(name)
    expect(existsSync(folder.path)).toBe(false)
  })

  test('is put beside it where no writer can run at all', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts'], { sockets: anyPort })
    await folder.write({ 'log/config.json': '{"size":"wrong"}' })
    await using supervised = await supervise(folder)
    await supervised.changes.waitFor(({ what }) => what === 'ready')
    expect(await supervised.service.stop()).toBe(false)
    const rest = await readFile(folder.join('log/unwritten'), 'utf8')
    expect(
      rest
        .trim()
        .split('\n')
        .map((line) => line.replace(/^\d+ /, '')),
    ).toEqual(WRITTEN)
  })

  test('is told by the exit code of a tree that ends before', async () => {
    await using folder = await createFolder()
    const directory = folder.join('service/foo')
    await mkdir(`${directory}/log/main/current`, { recursive: true })
    await writeServiceFolder(directory, ['server.fixture.ts'], { name: 'foo', sockets: anyPort })
    await using tree = startProcess(process.execPath, [`${import.meta.dirname}/main.ts`, folder.path, '--', ...WRITER])
    await tree.waitFor('open\n')
    await askLauncher(`${directory}/launcher/control`, { do: 'start' })
    tree.kill('SIGTERM')
    expect(await tree.ended).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('foo: it is stopped') as string,
    })
    const writers = findLiving(`${directory}/log/processes.json`)
    await rmdir(`${directory}/log/main/current`)
    while (writers.some(lives)) await sleep(20)
  })

  test('is written by a writer that no supervisor runs any more, which then ends', async () => {
    await using blocked = await createBlocked()
    const program = `${import.meta.dirname}/../testing/tree.fixture.ts`
    await using supervisor = startProcess(process.execPath, [program, blocked.folder.path])
    await supervisor.waitFor('ready')
    supervisor.kill('SIGTERM')
    expect(await supervisor.ended).toMatchObject({ code: 0 })
    const writers = findLiving(blocked.folder.join('log/processes.json'))
    expect(writers).toHaveLength(1)
    await blocked.unblock()
    expect(await linesUntil(blocked.folder, WRITTEN[1] ?? '')).toEqual(WRITTEN)
    while (writers.some(lives)) await sleep(20)
  })
})
