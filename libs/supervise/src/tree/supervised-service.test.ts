import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { rm, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { createRandom, listenOnFreePort, seedFromEnvironment, soakCount, startProcess } from '@mochi/testing'
import type { Folder, TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { startOf } from '../process-start.ts'
import { createServiceFolder } from '../testing/service-folder.ts'
import { supervise } from '../testing/supervise.ts'

const TREE = `${import.meta.dirname}/../testing/tree.fixture.ts`
const anyPort = { public: { host: '127.0.0.1', port: 0 } }

function superviseIn({ path }: Folder): TestProcess {
  return startProcess(process.execPath, [TREE, path])
}

describe('A service directory in the care of a supervisor', () => {
  test('serves, with its own variables, and its lines stand in its log; a stop leaves nothing that runs', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts'], { sockets: anyPort })
    await folder.write({ 'env/FLAVOR': 'dev\n' })
    await using supervised = await supervise(folder)
    await supervised.changes.waitFor(({ what }) => what === 'ready')
    const { pid = 0, sockets } = supervised.service.launcher.status
    const response = await fetch(`http://127.0.0.1:${sockets.public?.port}/`, { headers: { connection: 'close' } })
    expect(await response.text()).toBe(`${pid} dev`)
    await supervised.service.stop()
    expect(linesOf(folder)).toEqual([`${pid} serves, fds 1 public`, `${pid} drains: no successor`])
    expect(startOf(pid)).toBeUndefined()
    expect(existsSync(folder.join('launcher/control'))).toBe(false)
    for (const file of ['launcher', 'log']) {
      expect(JSON.parse(readFileSync(folder.join(file, 'processes.json'), 'utf8'))).toEqual([])
    }
  })

  test('stays down where a file says so, until it is told to start', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts'], { sockets: anyPort })
    await folder.write({ down: '' })
    await using supervised = await supervise(folder)
    expect(supervised.service.launcher.status.phase).toBe('down')
    const { status } = await askLauncher(folder.join('launcher/control'), { do: 'start' })
    expect(status.phase).toBe('running')
  })

  test('ends at once, when it is told to, what does not drain', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts', 'deaf'], { sockets: anyPort })
    await using supervised = await supervise(folder)
    await supervised.changes.waitFor(({ what }) => what === 'ready')
    const stopped = supervised.service.stop()
    supervised.service.kill()
    await stopped
    expect(supervised.service.launcher.status.lastExit).toMatchObject({ signal: 'SIGKILL' })
  })

  test('is given back when its address is taken, and can be had when that is free', async () => {
    const taken = await listenOnFreePort(createServer())
    await using _taken = taken
    const sockets = { public: { host: '127.0.0.1', port: taken.port } }
    await using folder = await createServiceFolder(['server.fixture.ts'], { sockets })
    await expect(supervise(folder)).rejects.toMatchObject({ code: 'SUPERVISE_PORT_TAKEN' })
    expect(existsSync(folder.join('launcher/processes.json'))).toBe(false)
    await taken[Symbol.asyncDispose]()
    await using supervised = await supervise(folder)
    await supervised.changes.waitFor(({ what }) => what === 'ready')
    await expect(supervise(folder)).rejects.toMatchObject({ code: 'SUPERVISE_ALREADY_RUNS' })
  })
})

describe('A supervisor that is killed', { timeout: 60_000 }, () => {
  test('leaves its service serving; the next one takes it over, and a stop ends all of it', async () => {
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    const pid = await leaveBehind(folder)
    expect(startOf(pid)).toBeDefined()
    await using next = await supervise(folder)
    expect(next.service.launcher.status).toMatchObject({ phase: 'running', pid })
    await next.service.stop()
    expect(startOf(pid)).toBeUndefined()
    expect(faultsIn(linesOf(folder))).toEqual([])
  })

  test('would be followed by a second service beside the first, if it noted nothing', async () => {
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    const pid = await leaveBehind(folder)
    const noted = readFileSync(folder.join('launcher/processes.json'))
    await rm(folder.join('launcher/processes.json'))
    await using next = await supervise(folder)
    await next.changes.waitFor(({ what }) => what === 'ready')
    expect(startOf(pid)).toBeDefined()
    expect(next.service.launcher.status.pid).not.toBe(pid)
    await next.service.stop()
    await writeFile(folder.join('launcher/processes.json'), noted)
  })

  test('loses no line that was written, at whichever point it is killed', async () => {
    const random = createRandom(seedFromEnvironment())
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    for (let point = 0; point < soakCount(10); point += 1) {
      await using supervisor = superviseIn(folder)
      await supervisor.waitFor(random.pick([/spawned|ready/, /ready/, /open/]))
      if (random.chance(0.7)) await growsBy(folder, random.integer(1, 20_000))
      supervisor.kill('SIGKILL')
      await supervisor.ended
    }
    await using last = superviseIn(folder)
    await last.waitFor('open\n')
    last.kill('SIGTERM')
    expect(await last.ended).toMatchObject({ code: 0 })
    expect(faultsIn(linesOf(folder))).toEqual([])
  })
})

/** A service, and its log writer, whose supervisor was killed. */
async function leaveBehind(folder: Folder): Promise<number> {
  await using supervisor = superviseIn(folder)
  const pid = pidIn(await supervisor.waitFor(/ready \d+\n/))
  supervisor.kill('SIGKILL')
  await supervisor.ended
  return pid
}

function pidIn(output: string): number {
  return Number(/ready (\d+)/.exec(output)?.[1])
}

/** Until so many bytes more stand in the log. */
async function growsBy(folder: Folder, bytes: number): Promise<void> {
  const size = (): number => statSync(folder.join('log/main/current'), { throwIfNoEntry: false })?.size ?? 0
  const before = size()
  while (size() < before + bytes) await new Promise(setImmediate)
}

/** Each line of every file of the log, without its stamp. */
function linesOf(folder: Folder): string[] {
  const main = folder.join('log/main')
  const names = readdirSync(main)
    .filter((name) => name === 'current' || name.includes('.log'))
    .sort((a, b) => (a === 'current' ? 1 : b === 'current' ? -1 : a < b ? -1 : 1))
  return names.flatMap((name) => {
    const bytes = readFileSync(`${main}/${name}`)
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^\S+ /, ''))
  })
}

/** What is missing, twice, or out of order, of what each process says to have written. */
function faultsIn(lines: readonly string[]): string[] {
  const counts = new Map<string, number>()
  const faults: string[] = []
  for (const line of lines) {
    const [pid = '', ...rest] = line.split(' ')
    const last = counts.get(pid) ?? 0
    const [word, total] = rest
    if (word === 'total') {
      if (Number(total) !== last) faults.push(`${pid} wrote ${total}, found ${last}`)
    } else {
      if (Number(word) !== last + 1) faults.push(`${pid}: ${word} after ${last}`)
      counts.set(pid, Number(word))
    }
  }
  return faults
}
