import { mkdir, readFile, readlink, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ProfileOptions, ProfileReport, Shell } from './api.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { errors } from './errors.ts'
import { addBlock, faultOfBlock, removeBlock } from './profile-block.ts'

/**
 * Adds a marked block to the shell's start file that reads the prefix's profile. Links are followed to the real file,
 * which is replaced by one rename and keeps its mode, its line ends and all its other bytes (as root its owner, too); a
 * second call changes nothing. Errors: TOOLCHAIN_PROFILE_DAMAGED, TOOLCHAIN_PROFILE_UNWRITABLE.
 */
export async function profileAdd(options: ProfileOptions): Promise<ProfileReport> {
  return edit(await chooseFile(options), (text) => addBlock(text, sourceLine(options)))
}

/**
 * Takes the block out again: the file then has the bytes that it had before, or is gone when it was not there. Every file
 * in which it may stand is looked at, because the shell may read another one now; a report for each that held it, or one
 * that says that nothing was changed.
 */
export async function profileRemove(options: ProfileOptions): Promise<readonly ProfileReport[]> {
  const reports: ProfileReport[] = []
  for (const file of candidatesOf(options))
    reports.push(await edit(file, (text) => (text === undefined ? undefined : removeBlock(text))))
  const changed = reports.filter((report) => report.changed)
  const chosen = await chooseFile(options)
  return changed.length > 0 ? changed : reports.filter(({ file }) => file === chosen)
}

/** The start files of a home, of whichever shell, that hold a block of ours. Those that cannot be read are left out. */
export async function findProfileBlocks(
  options: Omit<ProfileOptions, 'shell' | 'prefix'>,
): Promise<{ shell: Shell; file: string }[]> {
  const places = (['bash', 'zsh', 'fish'] as const).flatMap((shell) =>
    candidatesOf({ ...options, shell }).map((file) => ({ shell, file })),
  )
  const found = await Promise.all(
    places.map(async (place) => {
      const text = (await readBytes(place.file).catch(() => undefined)) ?? ''
      return removeBlock(text) === text ? [] : [place]
    }),
  )
  return found.flat()
}

async function edit(file: string, change: (text: string | undefined) => string | undefined): Promise<ProfileReport> {
  try {
    const realFile = await followLinks(file)
    const before = await readBytes(realFile)
    const fault = faultOfBlock(before ?? '')
    if (fault !== undefined) throw errors.TOOLCHAIN_PROFILE_DAMAGED({ file: realFile, reason: fault })
    const after = change(before)
    if (after === before) return { file, realFile, changed: false }
    if (after === undefined) await rm(realFile)
    else await replace(realFile, after)
    return { file, realFile, changed: true }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw cause
    throw errors.TOOLCHAIN_PROFILE_UNWRITABLE({ file, reason: message }, { cause })
  }
}

/** Harmless when the prefix is gone: a start file must never make a shell complain. */
function sourceLine({ shell, prefix }: ProfileOptions): string {
  if (shell === 'fish') {
    const path = `'${`${prefix}/etc/profile.fish`.replace(/['\\]/g, '\\$&')}'`
    return `test -r ${path}; and source ${path}`
  }
  const path = `'${`${prefix}/etc/profile.sh`.replaceAll("'", `'\\''`)}'`
  return `if [ -r ${path} ]; then . ${path}; fi`
}

/** The file that an interactive shell reads: the first of its candidates that is there, else the first. */
async function chooseFile(options: ProfileOptions): Promise<string> {
  const candidates = candidatesOf(options)
  for (const candidate of candidates) if ((await stat(candidate).catch(() => undefined)) !== undefined) return candidate
  return candidates[0] ?? ''
}

/**
 * Where a shell looks for its start file. Terminals of macOS start login shells, so bash reads the first of three there,
 * and making `.bash_profile` beside a `.profile` would switch the latter off.
 */
function candidatesOf(options: Omit<ProfileOptions, 'prefix'>): readonly string[] {
  const { shell, home, system, environment = {} } = options
  switch (shell) {
    case 'fish':
      return [join(nonEmpty(environment['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'fish/config.fish')]
    case 'zsh':
      return [join(nonEmpty(environment['ZDOTDIR']) ?? home, '.zshrc')]
    case 'bash':
      if (system === 'linux') return [join(home, '.bashrc')]
      return ['.bash_profile', '.bash_login', '.profile'].map((name) => join(home, name))
  }
}

/** The file at the end of all links; a link that leads nowhere yet says where the file is to be made. */
async function followLinks(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const target = await readlink(file).catch(() => undefined)
    return target === undefined ? file : followLinks(resolve(dirname(file), target))
  }
}

async function readBytes(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

async function replace(file: string, bytes: string): Promise<void> {
  const known = await stat(file).catch(() => undefined)
  await mkdir(dirname(file), { recursive: true })
  const owner = known !== undefined && process.geteuid?.() === 0 ? { uid: known.uid, gid: known.gid } : undefined
  const options = known === undefined ? {} : { mode: known.mode & 0o7777, owner }
  await writeFileAtomic(file, Buffer.from(bytes, 'latin1'), options)
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
