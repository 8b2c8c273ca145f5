import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { describe, expect, test, vi } from 'vitest'
import { createContext } from './create-context.ts'
import type { World } from './create-context.ts'

function contextOf(difference: Partial<World> = {}) {
  const stream = { write: () => true }
  return createContext({
    ...{ env: {}, cwd: '/', home: '/home/me', platform: 'linux', arch: 'arm64', execPath: '/usr/bin/node' },
    ...{ stdout: stream, stderr: stream, ...difference },
  })
}

describe('The context', () => {
  test('names the platform as the toolchain does', () => {
    expect(contextOf().platform).toBe('linux-arm64')
  })

  test.each([
    [
      'the prefix whose node runs it',
      { execPath: '/p/opt/node/26.10.0-0123456789ab/bin/node', env: { MOCHI_PREFIX: '/q' } },
      '/p',
    ],
    ['the named prefix for another node', { env: { MOCHI_PREFIX: '/q' } }, '/q'],
  ])('finds %s', (_name, difference, prefix) => {
    expect(contextOf(difference).prefix).toBe(prefix)
  })

  test('tells the user’s own PATH from what the launcher puts before it', () => {
    const bin = '/p/env/0123456789abcdef/bin'
    expect(contextOf({ env: { PATH: `${bin}:/usr/bin:/bin` } }).userPath).toBe('/usr/bin:/bin')
    expect(contextOf({ env: { PATH: `${bin}:${bin}:/bin` } }).userPath).toBe(`${bin}:/bin`)
    expect(contextOf({ env: { PATH: '/usr/bin' } }).userPath).toBe('/usr/bin')
  })

  test('knows how the user calls it', () => {
    expect(contextOf().command).toBe('./mochi')
    expect(contextOf({ env: { MOCHI_COMMAND: '../mochi' } }).command).toBe('../mochi')
  })

  test.each([
    [{}, 80],
    [{ COLUMNS: '60' }, 60],
    [{ COLUMNS: '5' }, 20],
  ])('takes 80 columns for a terminal that does not know its width, or COLUMNS: %j', (env, columns) => {
    const stream = { write: () => true, isTTY: true, columns: 0 }
    expect(contextOf({ env, stdout: stream }).stdout.columns).toBe(columns)
  })

  test('knows the width of the terminal, of COLUMNS, or takes 100', () => {
    const wide = { write: () => true, isTTY: true, columns: 132 }
    expect(contextOf({ stdout: wide }).stdout).toMatchObject({ columns: 132, isTTY: true, color: true })
    expect(contextOf({ env: { COLUMNS: '60' } }).stdout.columns).toBe(60)
    expect(contextOf().stdout).toMatchObject({ columns: 100, isTTY: false, color: false })
  })
})

/** Milliseconds. */
const WAIT = { timeout: 60_000, interval: 20 }

describe('Running a command', () => {
  test('gives its exit code and what it wrote', async () => {
    const { run } = contextOf({ env: { PATH: '/usr/bin:/bin' } })
    expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  test('ends with a signal, whatever it has left behind, and is asked first', async () => {
    await using folder = await createFolder()
    const { run } = contextOf({ env: { PATH: '/usr/bin:/bin' } })
    const end = new AbortController()
    const script = `trap 'echo asked >asked; exit 3' TERM; sleep 600 & echo $! >left; while :; do sleep 0.1; done`
    const outcome = run('sh', ['-c', script], { cwd: folder.path, signal: end.signal })
    const left = await vi.waitFor(async () => Number(await readFile(folder.join('left'))) || expect.fail('empty'), WAIT)
    try {
      end.abort('SIGTERM')
      expect(await outcome).toMatchObject({ code: 3 })
      expect(await readFile(folder.join('asked'), 'utf8')).toBe('asked\n')
    } finally {
      process.kill(left)
    }
  })

  test('does not begin to work once the signal is there', async () => {
    const { run } = contextOf({ env: { PATH: '/usr/bin:/bin' } })
    expect(await run('sleep', ['600'], { signal: AbortSignal.abort('SIGTERM') })).toMatchObject({ code: null })
  })

  test('that is absent, or takes too long, has no exit code', async () => {
    const { run } = contextOf({ env: { PATH: '/usr/bin:/bin' } })
    expect(await run('no-such-command', [])).toMatchObject({ code: null })
    expect(await run('sleep', ['60'], { timeout: 50 })).toMatchObject({ code: null })
  })
})
