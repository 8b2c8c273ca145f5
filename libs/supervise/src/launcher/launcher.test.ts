import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test, vi } from 'vitest'
import { launch } from '../testing/launch.ts'
import type { Launched } from '../testing/launch.ts'

/** Only against hanging: a state comes when it comes. */
const PATIENT = { timeout: 60_000, interval: 5 }

/** What a new connection is answered. */
async function ask({ url }: Launched, path = '/'): Promise<string> {
  const response = await fetch(`${url}${path}`, { headers: { connection: 'close' } })
  return response.text()
}

async function started(options: Parameters<typeof launch>[0] = {}): Promise<Launched> {
  const launched = await launch(options)
  launched.launcher.start()
  await launched.until('ready')
  return launched
}

describe.concurrent('A launcher', { timeout: 30_000 }, () => {
  test('starts its service with the socket, and says which process serves', async () => {
    await using launched = await started({ env: { FLAVOR: 'localdev' } })
    const { pid, phase, crashes } = launched.launcher.status
    expect(await ask(launched)).toBe(`${pid} localdev`)
    expect({ phase, crashes }).toEqual({ phase: 'running', crashes: 0 })
    expect(launched.output()).toContain('serves, fds 1 public')
  })

  test('swaps: the next is ready before the old one drains, and the old one is told that a successor follows', async () => {
    await using launched = await started()
    const before = await ask(launched)
    launched.launcher.swap()
    await launched.until('swapped')
    await launched.until('ended')
    expect(await ask(launched)).not.toBe(before)
    expect(launched.output()).toContain('drains: a successor follows')
    const happened = launched.changes.map(({ what }) => what)
    expect(happened).toEqual(['spawned', 'ready', 'spawned', 'swapped', 'asked-to-drain', 'ended'])
  })

  test('drains at a stop and is down with the last child', async () => {
    await using launched = await started()
    launched.launcher.stop()
    await launched.until('down')
    expect(launched.output()).toContain('drains: no successor')
    expect(launched.launcher.status).toMatchObject({ phase: 'down', pid: undefined, lastExit: { code: 0 } })
  })

  test('kills at the deadline what does not drain, and at once when it is asked a second time', async () => {
    await using late = await started({ manner: 'deaf', patience: { drain: 100 } })
    late.launcher.stop()
    await late.until('down')
    expect(late.launcher.status.lastExit).toMatchObject({ signal: 'SIGKILL' })
    expect(late.changes.map(({ what }) => what)).toContain('overdue')

    await using twice = await started({ manner: 'deaf' })
    twice.launcher.stop()
    twice.launcher.stop()
    await twice.until('down')
    expect(twice.launcher.status.lastExit).toMatchObject({ signal: 'SIGKILL' })
  })

  test('starts anew what was killed, and connections that come meanwhile wait instead of being refused', async () => {
    await using launched = await started()
    const { pid = 0 } = launched.launcher.status
    process.kill(pid, 'SIGSTOP')
    const waiting = Array.from({ length: 20 }, () => askWithOneConnection(launched))
    await Promise.all(waiting.map(({ connected }) => connected))
    process.kill(pid, 'SIGKILL')
    const answers = await Promise.all(waiting.map(({ answer }) => answer))
    await launched.until('ready', 2)
    const next = launched.launcher.status.pid
    expect(next).not.toBe(pid)
    expect(launched.launcher.status.crashes).toBe(1)
    // What the old process had accepted before it stopped is lost with it; a queue of the kernel is not.
    expect(answers.filter((answer) => answer === '' || answer.includes(`${next}`))).toHaveLength(20)
    expect(answers.filter((answer) => answer.includes(`${next}`)).length).toBeGreaterThan(0)
  })

  test('waits longer and longer with what ends at once, for ever, and can still be stopped', async () => {
    await using launched = await launch({ manner: 'crashes', patience: { backoff: 200 } })
    launched.launcher.start()
    await launched.until('ended-unasked', 4)
    expect(launched.launcher.status).toMatchObject({ phase: 'waiting', failures: 4, lastExit: { code: 7 } })
    launched.launcher.stop()
    await launched.until('down')
  })

  test('kills and starts anew what does not get ready', async () => {
    await using launched = await launch({ manner: 'never ready', patience: { ready: 1_000 } })
    launched.launcher.start()
    expect((await launched.until('late')).status).toMatchObject({ failures: 1 })
    expect((await launched.until('ended')).exit).toMatchObject({ signal: 'SIGKILL' })
    await launched.until('spawned', 2)
  })

  test('knows by /health when a service is ready that says nothing', async () => {
    await using launched = await started({ manner: 'never ready', ready: 'health' })
    expect(launched.launcher.status.phase).toBe('running')
    launched.launcher.swap()
    await launched.until('ready', 2)
    expect(launched.output()).toContain('drains: SIGTERM')
    // The old one would have answered for the new one.
    const order = launched.changes.map(({ what }) => what).filter((what) => what === 'spawned' || what === 'ended')
    expect(order).toEqual(['spawned', 'ended', 'spawned'])
    await using ill = await launch({ manner: 'ill', ready: 'health', patience: { ready: 1_000 } })
    ill.launcher.start()
    await ill.until('late')
  })

  test('says why a program cannot be started', async () => {
    await using launched = await launch({ command: ['/nowhere/to/be/found'] })
    launched.launcher.start()
    const { exit } = await launched.until('ended')
    expect(exit?.reason).toContain('ENOENT')
  })

  test('says of a service whose folder is gone that it is', async () => {
    await using launched = await launch({ folder: '/nowhere/to/be/found' })
    launched.launcher.start()
    const { exit } = await launched.until('ended')
    expect(exit?.reason).toBe('its folder /nowhere/to/be/found is not there')
  })

  test('says why the system does not start a program, also where Node tells no event but throws', async () => {
    await using launched = await launch({ folder: process.execPath })
    launched.launcher.start()
    const { exit } = await launched.until('ended')
    expect(exit?.reason).toContain('ENOTDIR')
    expect(launched.launcher.status.phase).toBe('waiting')
  })

  test('hands on its sockets where its own were somebody’s: LISTEN_PID does not go on', async () => {
    await using launched = await launch({
      env: { LISTEN_PID: '1' },
      ready: 'running',
      command: ['/bin/sh', '-c', 'echo ${LISTEN_PID-none} $LISTEN_FDS; exec sleep 600'],
    })
    launched.launcher.start()
    await vi.waitUntil(() => launched.output() === 'none 1\n', PATIENT)
  })

  test('starts nothing any more once it is retired', async () => {
    await using launched = await started()
    launched.launcher.retire()
    launched.launcher.start()
    launched.launcher.swap()
    await launched.until('down')
    launched.launcher.start()
    expect(launched.launcher.status.phase).toBe('down')
  })

  test.runIf(process.getuid?.() === 0)('runs a service as another user, without the groups of root', async () => {
    const command = ['/bin/sh', '-c', 'echo $(id -u) $(id -g) $(id -G); exec sleep 600'] as const
    await using launched = await started({
      ready: 'running',
      command: [...command],
      folder: '/',
      user: { uid: 65534, gid: 65533 },
    })
    await vi.waitUntil(() => launched.output() === '65534 65533 65533\n', PATIENT)
  })

  test('sets limits, and does not start what the system refuses them to', async () => {
    await using launched = await started({
      ready: 'running',
      command: ['/bin/sh', '-c', 'ulimit -n; exec sleep 600'],
      limits: { openFiles: 123 },
    })
    await vi.waitUntil(() => launched.output() === '123\n', PATIENT)
  })
})

describe('A launcher by itself', { timeout: 30_000 }, () => {
  test('keeps the old one when the next does not get ready', async () => {
    await using folder = await launch()
    await using launched = await started({
      patience: { ready: 2_000 },
      command: [process.execPath, '--input-type=module', '-e', ONCE_READY],
      folder: folder.folder.path,
    })
    const { pid } = launched.launcher.status
    launched.launcher.swap()
    await launched.until('swap-failed')
    expect(launched.launcher.status).toMatchObject({ phase: 'running', pid })
    expect(await ask(launched)).toBe(String(pid))
  })

  test('goes on when somebody who listens to it fails', async () => {
    await using launched = await launch()
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    launched.launcher.subscribe(() => {
      throw new Error('a listener that fails')
    })
    launched.launcher.start()
    await launched.until('ready')
    expect(await warned).toMatchObject({ message: 'a listener that fails' })
  })
})

/** Gets ready the first time in its folder only. */
const ONCE_READY = `
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
if (!existsSync('started')) {
  writeFileSync('started', '')
  createServer((_, response) => response.end(String(process.pid))).listen({ fd: 3 }, () => process.send({ type: 'ready' }))
} else setInterval(() => undefined, 1000)
`

/** A request on a connection of its own. The answer is empty when the connection was lost. */
function askWithOneConnection({ url }: Launched): { connected: Promise<unknown>; answer: Promise<string> } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  return { connected: once(socket, 'connect'), answer: text(socket).catch(() => '') }
}
