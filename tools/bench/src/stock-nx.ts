import type { Environment } from '@mochi/testing'
import { runTimed } from './time-command.ts'
import type { CommandOptions } from './time-command.ts'

/** The version of Nx that this workspace pins: both sides of a comparison use the same. */
const VERSION = '23.2.1'

/**
 * Nx's own way to a workspace that tests with vitest, as its documentation shows it, every question answered before it
 * is asked. Returns the milliseconds both commands took. Needs Node, npx and pnpm on PATH, and the registry.
 */
export function createStockWorkspace(folder: string, name: string, env: Environment): number {
  const create = [
    'npx',
    '--yes',
    `create-nx-workspace@${VERSION}`,
    name,
    '--preset=ts',
    '--nxCloud=skip',
    '--packageManager=pnpm',
    '--no-interactive',
    '--skipGit',
  ] as const
  const first = runTimed([...create], { cwd: folder, env })
  const second = runTimed(['npx', 'nx', 'add', `@nx/vitest@${VERSION}`, '--no-interactive'], {
    cwd: `${folder}/${name}`,
    env,
  })
  return first.ms + second.ms
}

/** A library with a vitest test, then its test. */
export function scaffoldStockLibrary(name: string, options: CommandOptions): number {
  const answers = ['--unitTestRunner=vitest', '--bundler=none', '--linter=none', '--no-interactive']
  const generated = runTimed(['npx', 'nx', 'g', '@nx/js:lib', `packages/${name}`, ...answers], options)
  return generated.ms + runTimed(['npx', 'nx', 'test', name], options).ms
}
