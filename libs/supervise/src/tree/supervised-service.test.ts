import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { rm, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { createRandom, listenOnFreePort, seedFromEnvironment, soakCount, startProcess } from '@mochi/testing'
import type { Folder, Random, TestProcess } from '@mochi/testing'
import { describe, expect, test, vi } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { startOf } from '../process-start.ts'
import { createServiceFolder } from '../testing/service-folder.ts'
import { supervise } from '../testing/supervise.ts'
import { findLiving } from './process-records.ts'

const TREE = `${import.meta.dirname}/../testing/tree.fixture.ts`
const NAIVE = `${import.meta.dirname}/../testing/naive-tree.fixture.ts`
const anyPort = { public: { host: '127.0.0.1', port: 0 } }

function superviseIn({ path }: Folder, program = TREE): TestProcess {
  return startProcess(process.execPath, [program, path])
}

const random = createRandom(seedFromEnvironment())

describe.concurrent('A service directory in the care of a supervisor', () => {
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

  test('waits while its log writer is stopped, and is not ended; every line comes when that goes on', async () => {
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    await using supervised = await supervise(folder)
    const { launcher } = supervised.service
    await supervised.changes.waitFor(({ what }) => what === 'ready')
    await growsBy(folder, 1)
    const [writer] = findLiving(folder.join('log/processes.json'))
    if (writer === undefined) throw new Error('no writer runs')
    process.kill(writer.pid, 'SIGSTOP')
    const written = await fill(folder.join('log/pipe'))
    expect(launcher.status).toMatchObject({ phase: 'running', crashes: 0 })
    expect(startOf(launcher.status.pid ?? 0)).toBeDefined()
    process.kill(writer.pid, 'SIGCONT')
    await supervised.service.stop()
    const lines = linesOf(folder)
    expect(faultsIn([...lines, `test total ${written}`])).toEqual([])
    expect(launcher.status).toMatchObject({ crashes: 0, lastExit: { code: 0 } })
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

describe.concurrent('A supervisor that is killed', { timeout: 60_000 }, () => {
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

  test('loses no line that was written, at whichever point it is killed', { timeout: soakCount(60_000) }, async () => {
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    await killAtPoints(folder, { count: soakCount(10), random: random.fork('ours') })
    expect(faultsIn(linesOf(folder))).toEqual([])
  })

  test('would lose some if they went through its hands, as one would first have them', async () => {
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    await killAtPoints(folder, { count: 2, random: random.fork('naive'), program: NAIVE })
    expect(faultsIn(linesOf(folder))).not.toEqual([])
  })
})

/** Kills one supervisor after the other, each at a point of its own, and has the last one stop the service. */
async function killAtPoints(
  folder: Folder,
  { count, random, program = TREE }: { count: number; random: Random; program?: string },
): Promise<void> {
  for (let point = 0; point < count; point += 1) {
    await using supervisor = superviseIn(folder, program)
    await supervisor.waitFor(random.pick([/spawned|ready/, /ready/, /open/]))
    // Of a service of which the log has nothing yet, it cannot be seen that something is missing.
    if (program === NAIVE || random.chance(0.7)) await growsBy(folder, random.integer(1, 20_000))
    supervisor.kill('SIGKILL')
    await supervisor.ended
  }
  await using last = superviseIn(folder, program)
  await last.waitFor('open\n')
  await growsBy(folder, 1)
  last.kill('SIGTERM')
  expect(await last.ended).toMatchObject({ code: 0 })
}

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
  await vi.waitUntil(() => size() >= before + bytes, { timeout: 60_000, interval: 2 })
}

/** Writes numbered lines to a pipe, beside its service, until there is no room. How many they were. */
async function fill(path: string): Promise<number> {
  const pipe = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const state = { written: 0 }
  try {
    for (;;) {
      writeSync(pipe, `test ${state.written + 1}\n`)
      state.written += 1
      await new Promise(setImmediate)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
  } finally {
    closeSync(pipe)
  }
  return state.written
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

/** What is missing, twice, or out of order, of what each process says to have written; at its end, each says how much. */
function faultsIn(lines: readonly string[]): string[] {
  const counts = new Map<string, number>()
  const faults: string[] = []
  const unfinished = new Set<string>()
  for (const line of lines) {
    const [pid = '', ...rest] = line.split(' ')
    const last = counts.get(pid) ?? 0
    const [word, total] = rest
    if (word === 'total') {
      unfinished.delete(pid)
      if (Number(total) !== last) faults.push(`${pid} wrote ${total}, found ${last}`)
    } else {
      if (Number(word) !== last + 1) faults.push(`${pid}: ${word} after ${last}`)
      counts.set(pid, Number(word))
      unfinished.add(pid)
    }
  }
  return [...faults, ...[...unfinished].map((pid) => `${pid} did not come to its end`)]
}
