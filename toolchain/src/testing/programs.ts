import { mkdir, symlink } from 'node:fs/promises'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { requireCommand } from '@mochi/testing'
import type { Folder } from '@mochi/testing'

/** What the installer calls. `npm` is not among them: a test says which registry there is. */
export const INSTALLER_PROGRAMS = [
  ...[
    'sh',
    'uname',
    'getconf',
    'ldd',
    'id',
    'ls',
    'mkdir',
    'mv',
    'rm',
    'ln',
    'cp',
    'cat',
    'chmod',
    'date',
    'df',
    'dirname',
    'find',
  ],
  ...['grep', 'head', 'tail', 'tr', 'sed', 'wc', 'sleep', 'tar', 'gzip', 'git', 'curl', 'sha256sum', 'sha512sum'],
]

/** A folder of links to exactly these programs, to be a whole PATH. `as` gives a link another target. */
export async function linkPrograms(
  folder: Folder,
  names: readonly string[],
  as: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = folder.join('programs')
  await mkdir(path, { recursive: true })
  for (const name of names) await symlink(findProgram(as[name] ?? name), join(path, name))
  return path
}

/** The absolute path of a program of this machine. */
export function findProgram(name: string): string {
  if (name.startsWith('/')) return name
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, name)
    if (isExecutable(file)) return file
  }
  throw new Error(`The test needs the program ${name}, and it is not on PATH.`)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A shell and a userland under which the scripts must run. */
export type Shell = {
  name: string
  /** Runs a script: the file and its arguments follow. */
  command: [string, ...string[]]
  /** Names of programs to link, and what some of them are instead. */
  programs: readonly string[]
  as: Readonly<Record<string, string>>
  available: boolean
}

/** Every shell and userland of the promise. */
export function allShells(): Shell[] {
  const busybox = requireCommand('busybox')
  const withCoreutils = { programs: INSTALLER_PROGRAMS, as: {} }
  const applets = [...INSTALLER_PROGRAMS.filter((name) => !['curl', 'git', 'getconf', 'ldd'].includes(name)), 'wget']
  return [
    { name: 'dash', command: ['dash'], ...withCoreutils, available: requireCommand('dash') },
    { name: 'bash --posix', command: ['bash', '--posix'], ...withCoreutils, available: requireCommand('bash') },
    {
      name: 'zsh --emulate sh',
      command: ['zsh', '--emulate', 'sh'],
      ...withCoreutils,
      available: requireCommand('zsh'),
    },
    { name: 'zsh', command: ['zsh', '-f'], ...withCoreutils, available: requireCommand('zsh') },
    {
      name: 'busybox ash with the busybox userland only',
      command: ['busybox', 'sh'],
      programs: applets,
      as: Object.fromEntries(applets.map((name) => [name, 'busybox'])),
      available: busybox,
    },
    {
      name: 'dash with bsdtar and shasum',
      command: ['dash'],
      programs: [...INSTALLER_PROGRAMS.filter((name) => !name.startsWith('sha')), 'shasum'],
      as: { tar: 'bsdtar' },
      available: requireCommand('bsdtar'),
    },
  ]
}
