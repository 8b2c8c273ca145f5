import { rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { probeDependencies } from './dependencies.ts'
import type { DependenciesState } from './dependencies.ts'

/** The launcher's own answer to whether a command can run without an installation before it. */
async function askLauncher(root: string): Promise<boolean> {
  const script = '. "$1/toolchain/lib/commands.sh"; stamp=$2/node_modules/.mochi-stamp root=$2; are_fresh'
  const { code, stderr } = await runProcess('sh', ['-c', script, 'sh', workspaceRoot, root])
  expect(stderr).toBe('')
  return code === 0
}

const STAMP = 'node_modules/.mochi-stamp'

test.each<[DependenciesState, string, Record<string, string>, { lock: number; stamp: number }]>([
  ['fresh', 'an installation after the last change', { [STAMP]: '' }, { lock: 1, stamp: 2 }],
  ['fresh', 'an installation at the time of the last change', { [STAMP]: '' }, { lock: 2, stamp: 2 }],
  ['stale', 'an installation before the last change', { [STAMP]: '' }, { lock: 2, stamp: 1 }],
  ['offline', 'an installation without the registry', { [STAMP]: 'offline\n' }, { lock: 1, stamp: 2 }],
  ['stale', 'an installation without the registry before the last change', { [STAMP]: 'x' }, { lock: 2, stamp: 1 }],
  ['absent', 'an installation that did not end', { 'node_modules/vite/x': '' }, { lock: 1, stamp: 2 }],
  ['absent', 'no installation', {}, { lock: 1, stamp: 2 }],
  ['unlocked', 'the loss of the lock file', { [STAMP]: '' }, { lock: 0, stamp: 2 }],
])('it is %s after %s, and the launcher agrees', async (state, _name, files, times) => {
  await using folder = await createFolder({ 'pnpm-lock.yaml': '', ...files })
  if (state === 'unlocked') await rm(folder.join('pnpm-lock.yaml'))
  else await utimes(folder.join('pnpm-lock.yaml'), times.lock, times.lock)
  if (STAMP in files) await utimes(join(folder.path, STAMP), times.stamp, times.stamp)
  expect(await probeDependencies({ root: folder.path })).toBe(state)
  expect(await askLauncher(folder.path)).toBe(['fresh', 'unlocked'].includes(state))
})
