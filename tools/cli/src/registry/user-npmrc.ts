import { mkdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '@mochi/toolchain/atomic-file'
import type { Context } from '../context.ts'
import { findNamed } from './npmrc.ts'

type NpmrcContext = Pick<Context, 'env' | 'home' | 'prefix'>

/** The file of the user's own configuration of npm, which pnpm reads too. */
export function userNpmrc({ env, home }: Pick<Context, 'env' | 'home'>): string {
  const named = [env['NPM_CONFIG_USERCONFIG'], env['npm_config_userconfig']].find((file) => file)
  return named ?? join(home, '.npmrc')
}

/** Nothing where there is no file. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return ''
  }
}

/** Exchanges the text of the file; where it is a link, of what that leads to. Mode and owner stay; a new one is its owner's alone. */
export async function writeNpmrc(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const found = await stat(target).catch(() => undefined)
  const owner = found === undefined ? undefined : { uid: found.uid, gid: found.gid }
  await writeFileAtomic(target, text, { mode: (found?.mode ?? 0o600) & 0o777, owner })
}

/**
 * By file, the lines in whose place `mochi registry use` has put its own. Not a comment in the file: programs that rewrite a
 * `.npmrc`, npm among them, drop comments.
 */
type Memory = Readonly<Record<string, readonly string[]>>

/** The lines that `unuse` puts back; none where nothing is remembered of the file. */
export async function recall({ prefix }: Pick<Context, 'prefix'>, file: string): Promise<readonly string[]> {
  return (await readMemory(prefix))[file] ?? []
}

/** No lines are nothing to remember. For this user alone: an address may have a password. */
export async function remember(
  { prefix }: Pick<Context, 'prefix'>,
  file: string,
  lines: readonly string[],
): Promise<void> {
  const others = Object.entries(await readMemory(prefix)).filter(([name]) => name !== file)
  const memory = Object.fromEntries(lines.length === 0 ? others : [...others, [file, lines]])
  await mkdir(dirname(memoryFile(prefix)), { recursive: true })
  await writeFileAtomic(memoryFile(prefix), `${JSON.stringify(memory, undefined, 2)}\n`, { mode: 0o600 })
}

/** The registry that the user's file named before it named ours. */
export async function findRegistryBefore(context: NpmrcContext): Promise<string | undefined> {
  return findNamed((await recall(context, userNpmrc(context))).join('\n'))
}

function memoryFile(prefix: string): string {
  return join(prefix, 'etc/registry-use.json')
}

/** What somebody has damaged is no memory. */
async function readMemory(prefix: string): Promise<Memory> {
  const text = await readText(memoryFile(prefix))
  try {
    const memory = JSON.parse(text) as Readonly<Record<string, unknown>>
    return Object.fromEntries(
      Object.entries(memory).flatMap(([file, lines]) =>
        Array.isArray(lines) ? [[file, lines.filter((line) => typeof line === 'string')]] : [],
      ),
    )
  } catch {
    return {}
  }
}
