import { readFile, rm } from 'node:fs/promises'
import { startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { startOf } from '../process-start.ts'
import { launch } from '../testing/launch.ts'
import { killLeftBehind, lives } from '../process-record.ts'

const ORPHAN = `${import.meta.dirname}/../testing/orphan.fixture.ts`

type Left = { pid: number; port: number; folder: string }

/** A service that serves, and whose launcher has been killed. */
async function leaveBehind(manner = 'good'): Promise<Left & AsyncDisposable> {
  await using launcher = startProcess(process.execPath, [ORPHAN, manner])
  const output = await launcher.waitFor(/\{.*\}\n/)
  const left = JSON.parse(/\{.*\}/.exec(output)?.[0] ?? '') as Left
  launcher.kill('SIGKILL')
  await launcher.ended
  const start = startOf(left.pid) ?? ''
  return {
    ...left,
    [Symbol.asyncDispose]: async () => {
      if (lives({ pid: left.pid, start })) process.kill(left.pid, 'SIGKILL')
      await rm(left.folder, { recursive: true, force: true })
    },
  }
}

async function ask(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
  return (await response.text()).trim()
}

describe.concurrent('A service whose launcher was killed', { timeout: 30_000 }, () => {
  test('goes on serving, is taken over, and is replaced at the next restart', async () => {
    await using left = await leaveBehind()
    const { pid, port } = left
    expect(await ask(port)).toBe(String(pid))
    const start = startOf(pid) ?? ''
    await using launched = await launch({ sockets: { public: { host: '127.0.0.1', port } }, isOpened: false })
    launched.launcher.adopt({ pid, start })
    expect(launched.launcher.status).toMatchObject({ phase: 'running', pid })
    expect(await ask(port)).toBe(String(pid))
    launched.launcher.swap()
    await launched.until('ready', 2)
    expect(await ask(port)).toBe(String(launched.launcher.status.pid))
    await launched.until('ended')
    expect(lives({ pid, start })).toBe(false)
  })

  test('still drains at the second restart, which overlaps again: the one that serves stays where the next does not come up', async () => {
    await using old = startProcess('/bin/sh', ['-c', 'trap "" TERM; echo trapped; while :; do sleep 1; done'])
    await old.waitFor('trapped')
    await using launched = await launch({ manner: 'good', isOpened: false })
    launched.launcher.adopt({ pid: old.pid, start: startOf(old.pid) ?? '' })
    launched.launcher.swap()
    await launched.until('ready', 2)
    const { pid } = launched.launcher.status
    await launched.folder.write({ broken: '' })
    launched.launcher.swap()
    expect((await launched.until('swap-failed')).status).toMatchObject({ phase: 'running', pid })
  })

  test('is started anew when it ends', async () => {
    await using left = await leaveBehind()
    const { pid, port } = left
    await using launched = await launch({ sockets: { public: { host: '127.0.0.1', port } }, isOpened: false })
    launched.launcher.adopt({ pid, start: startOf(pid) ?? '' })
    process.kill(pid, 'SIGKILL')
    await launched.until('ready', 2)
    expect(await ask(port)).toBe(String(launched.launcher.status.pid))
    expect(launched.launcher.status.crashes).toBe(1)
  })

  test('drains when it is told to stop', async () => {
    await using left = await leaveBehind()
    const { pid, port } = left
    await using launched = await launch({ sockets: { public: { host: '127.0.0.1', port } }, isOpened: false })
    launched.launcher.adopt({ pid, start: startOf(pid) ?? '' })
    launched.launcher.stop()
    await launched.until('down')
    expect(startOf(pid)).toBeUndefined()
  })
})

test('What a service that was taken over leaves behind ends with it: it could hold the address', async () => {
  await using left = await leaveBehind('forks')
  const { pid, port, folder } = left
  const forked = Number(/left (\d+)/.exec(await readFile(`${folder}/output`, 'utf8'))?.[1])
  await using launched = await launch({ sockets: { public: { host: '127.0.0.1', port } }, isOpened: false })
  launched.launcher.adopt({ pid, start: startOf(pid) ?? '' })
  expect(startOf(forked)).toBeDefined()
  launched.launcher.stop()
  await launched.until('down')
  await expect.poll(() => startOf(forked), { timeout: 20_000, interval: 5 }).toBeUndefined()
})

test('A group is left alone whose number is another process’s by now', async () => {
  await using other = startProcess('sleep', ['600'])
  killLeftBehind({ pid: other.pid, start: 'of one that had the number before' })
  expect(startOf(other.pid)).toBeDefined()
})

test('a process is known by its number and its beginning', () => {
  const start = startOf(process.pid) ?? ''
  expect(lives({ pid: process.pid, start })).toBe(true)
  expect(lives({ pid: process.pid, start: `${start}0` })).toBe(false)
  expect(startOf(2 ** 30)).toBeUndefined()
})
