import { spawnSync } from 'node:child_process'
import { existsSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from '../errors.ts'

/** Runs a command in a folder, without a shell. */
export type Run = (command: string, args: readonly string[], cwd: string) => { code: number | null; output: string }

/**
 * Links the new project's dependencies and adds it to the lock file, so that the next command works and a frozen install
 * stays valid. `--no-frozen-lockfile`: with CI=true pnpm would refuse to add the project.
 */
function installArguments(name: string): string[] {
  const filter = ['--filter', `@mochi/${name}`]
  return ['install', '--prefer-offline', '--no-frozen-lockfile', '--ignore-scripts', '--reporter=silent', ...filter]
}

/** Installs one new project's dependencies. Throws SCAFFOLD_INSTALL_FAILED. */
export function installProject(root: string, name: string, run: Run = runHere): void {
  const args = installArguments(name)
  const wasFresh = isFresh(root)
  const { code, output } = run('pnpm', args, root)
  if (code !== 0) {
    throw errors.SCAFFOLD_INSTALL_FAILED({ reason: output.trim() })
  }
  if (wasFresh) touch(stampOf(root))
}

/** `./mochi` compares this file's time with the lock file's to know whether node_modules is stale. */
function stampOf(root: string): string {
  return join(root, 'node_modules/.mochi-stamp')
}

/** Only what was fresh stays fresh: the filtered install has not looked at the other projects. */
function isFresh(root: string): boolean {
  const stamp = stampOf(root)
  const lock = join(root, 'pnpm-lock.yaml')
  return existsSync(stamp) && existsSync(lock) && statSync(lock).mtimeMs <= statSync(stamp).mtimeMs
}

function touch(path: string): void {
  const now = new Date()
  utimesSync(path, now, now)
}

function runHere(command: string, args: readonly string[], cwd: string): { code: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return error === undefined ? { code: status, output: `${stdout}${stderr}` } : { code: null, output: error.message }
}
