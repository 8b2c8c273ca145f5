import { statSync, utimesSync } from 'node:fs'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { installProject } from './install.ts'
import type { Run } from './install.ts'

const OLD = new Date('2020-01-01')
const NEWER = new Date('2021-01-01')
const succeed: Run = () => ({ code: 0, output: '' })

describe('the install after a generation', () => {
  test('links the new project alone, from what the machine has, and may change the lock file', async () => {
    await using folder = await createFolder()
    const calls: unknown[] = []

    installProject(folder.path, 'foo', (...call) => {
      calls.push(call)
      return { code: 0, output: '' }
    })

    expect(calls).toEqual([
      [
        'pnpm',
        [
          'install',
          '--prefer-offline',
          '--no-frozen-lockfile',
          '--ignore-scripts',
          '--reporter=silent',
          '--filter',
          '@mochi/foo',
        ],
        folder.path,
      ],
    ])
  })

  test('keeps a fresh node_modules fresh', async () => {
    await using folder = await installed({ stamp: NEWER, lock: OLD })

    installProject(folder.path, 'foo', succeed)

    expect(stampTime(folder)).toBeGreaterThan(NEWER.getTime())
  })

  test('does not call a stale node_modules fresh: it has looked at one project only', async () => {
    await using folder = await installed({ stamp: OLD, lock: NEWER })

    installProject(folder.path, 'foo', succeed)

    expect(stampTime(folder)).toBe(OLD.getTime())
  })

  test('says, when it fails, that the files are written, what pnpm said and what to run', async () => {
    await using folder = await installed({ stamp: NEWER, lock: OLD })
    const fail: Run = () => ({ code: 1, output: 'ERR_PNPM_META_FETCH_FAIL\n' })

    expect(() => installProject(folder.path, 'foo', fail)).toThrow(
      expect.objectContaining({
        code: 'SCAFFOLD_INSTALL_FAILED',
        message: 'The files are written, but pnpm could not install the new dependencies: ERR_PNPM_META_FETCH_FAIL',
        hint: './mochi setup',
      }),
    )
    expect(stampTime(folder)).toBe(NEWER.getTime())
  })
})

async function installed(times: { stamp: Date; lock: Date }): Promise<Folder> {
  const folder = await createFolder({ 'node_modules/.mochi-stamp': '', 'pnpm-lock.yaml': '' })
  utimesSync(folder.join('node_modules/.mochi-stamp'), times.stamp, times.stamp)
  utimesSync(folder.join('pnpm-lock.yaml'), times.lock, times.lock)
  return folder
}

function stampTime(folder: Folder): number {
  return statSync(folder.join('node_modules/.mochi-stamp')).mtimeMs
}
