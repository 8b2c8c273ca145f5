import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The variables of a service directory's `env`, by the rules of envdir(8): the first line of each file without the blanks
 * at its end, a NUL for each end of a line; an empty file takes the variable away. No folder, no variables.
 */
export async function readEnvFolder(folder: string): Promise<Readonly<Record<string, string | undefined>>> {
  const names = await readdir(folder).catch(() => [])
  const entries = names
    .filter((name) => !name.startsWith('.') && !name.includes('='))
    .map(async (name) => [name, parseVariable((await readFile(join(folder, name))).toString())] as const)
  return Object.fromEntries(await Promise.all(entries))
}

function parseVariable(text: string): string | undefined {
  if (text === '') return undefined
  const [line = ''] = text.split('\n')
  return line.replace(/[ \t]+$/, '').replaceAll('\0', '\n')
}
