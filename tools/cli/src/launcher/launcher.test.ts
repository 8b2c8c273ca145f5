import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { groups } from '../groups.ts'
import { createTestContext } from '../testing/test-context.ts'
import { runEnv, runExec } from './run.ts'

/** A launcher that notes how it was called, and where. */
const LAUNCHER = '#!/bin/sh\n{ pwd; printf "%s\\n" "$@"; } >"${0%/*}/called"\nexit 7\n'

test('the launcher knows the same commands as this program', async () => {
  const script = await readFile(join(workspaceRoot, 'toolchain/lib/alone.sh'), 'utf8')
  const known = /^known_commands='(.*)'$/m.exec(script)?.[1]?.split(' ')
  expect(known).toEqual(groups.flatMap(({ commands }) => Object.keys(commands)))
})

describe('What the launcher answers itself', () => {
  test('reached through this program it is asked, in the folder of the user, and its exit code is passed on', async () => {
    await using folder = await createFolder({ 'there/file': '' })
    await folder.write({ mochi: LAUNCHER }, { mode: 0o755 })
    const context = createTestContext({ root: folder.path, cwd: folder.join('there') })
    expect(await runExec(context, {}, 'node', '--version')).toBe(7)
    const { stdout } = await context.run('cat', [folder.join('called')])
    expect(stdout.split('\n')).toEqual([folder.join('there'), 'exec', '--', 'node', '--version', ''])
  })

  test.each([
    [false, 'env'],
    [true, 'env --fish'],
  ])('env with fish: %s is %s', async (fish, command) => {
    const context = createTestContext({ root: '/r', answer: () => ({ code: 0 }) })
    expect(await runEnv(context, { fish })).toBe(0)
    expect(context.commands).toEqual([`/r/mochi ${command}`])
  })

  test('says why a launcher cannot be called', async () => {
    await using folder = await createFolder()
    const context = createTestContext({ root: folder.path })
    expect(await runEnv(context, { fish: false })).toBe(1)
    expect(context.written.stderr).toContain('ENOENT')
  })
})
