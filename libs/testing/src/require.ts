import { spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { commandPackages } from './command-packages.ts'
import type { CommandPackages, RequiredCommand } from './command-packages.ts'

/** Where a requirement looks and how it speaks; tests hand in their own. */
export type RequireOptions = {
  env?: NodeJS.ProcessEnv
  platform?: NodeJS.Platform
  warn?: (line: string) => void
}

/**
 * Whether all these commands are on PATH: `test.runIf(requireCommand('zsh'))('starts in zsh', ...)`. A missing one is
 * never passed over in silence: a line on standard error says what is skipped and which package brings it, and with
 * MOCHI_TEST_REQUIRE=all or =commands it throws, which fails the test file. A command that no test needed before is first put into
 * `commandPackages`.
 */
export function requireCommand(...names: [RequiredCommand, ...RequiredCommand[]]): boolean {
  return requireCommands(names)
}

/** The same for a list of commands, whether a package is known for them or not. */
export function requireCommands(names: readonly string[], options: RequireOptions = {}): boolean {
  const { env = process.env, platform = process.platform } = options
  const missing = names.filter((name) => !isOnPath(name, env['PATH'] ?? ''))
  const faults = missing.map((name) => `the command ${name} is missing (${packageOf(name, platform)})`)
  return demand(faults, { ...options, strict: ['all', 'commands'] })
}

/** Whether this process is root, with the same rules as `requireCommand`; `=commands` leaves this one to the machine. */
export function requireRoot(options: RequireOptions & { uid?: number | undefined } = {}): boolean {
  const uid = 'uid' in options ? options.uid : process.getuid?.()
  return demand(
    uid === 0 ? [] : [`root is needed, and this is user ${uid ?? 'unknown'} (run the tests with sudo)`],
    options,
  )
}

/**
 * Whether a file system of a chosen size can be mounted for one command (`onSmallDisk`): Linux, with the right to mount.
 * Same rules as `requireCommand`.
 */
export function requireSmallDisk(options: RequireOptions = {}): boolean {
  const { platform = process.platform } = options
  if (platform !== 'linux') return demand(['a small disk can be mounted on Linux only'], options)
  const [command, ...args] = onSmallDisk({ folder: '/tmp', size: '1m' }, ['true'])
  const found = spawnSync(command, args, { encoding: 'utf8', env: options.env ?? process.env })
  const why = found.error?.message ?? found.stderr.trim()
  return demand(found.status === 0 ? [] : [`no right to mount a file system: ${why}`], options)
}

/**
 * The argument list that runs a command with an empty disk of `size` (as tmpfs takes it: `100m`) mounted at `folder`,
 * for that command and its children alone; nothing stays mounted when they end.
 */
export function onSmallDisk(
  disk: { folder: string; size: string },
  command: readonly [string, ...string[]],
): [string, ...string[]] {
  const script = 'mount -t tmpfs -o "size=$1" mochi-test "$2" && shift 2 && exec "$@"'
  return ['unshare', '--mount', 'sh', '-c', script, 'sh', disk.size, disk.folder, ...command]
}

type Demand = RequireOptions & {
  /** The values of MOCHI_TEST_REQUIRE under which nothing of this kind is skipped. */
  strict?: readonly string[]
}

function demand(faults: readonly string[], options: Demand): boolean {
  const { env = process.env, warn = (line: string) => console.warn(line), strict = ['all'] } = options
  if (faults.length === 0) return true
  const what = faults.join('; ')
  const asked = env['MOCHI_TEST_REQUIRE'] ?? ''
  if (strict.includes(asked)) throw new Error(`MOCHI_TEST_REQUIRE=${asked} allows no skipped test, and ${what}.`)
  warn(`Tests skipped: ${what}.`)
  return false
}

function packageOf(name: string, platform: NodeJS.Platform): string {
  const known: Readonly<Record<string, CommandPackages>> = commandPackages
  const [debian, brew] = known[name] ?? [name, name]
  if (platform === 'darwin') return brew === null ? 'not to be had on macOS' : `brew install ${brew}`
  return `apt-get install ${debian}`
}

function isOnPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, name)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
