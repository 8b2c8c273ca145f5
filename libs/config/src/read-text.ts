import { readFile } from 'node:fs/promises'
import { errors } from './errors.ts'

/** The text of a file, byte order mark included; `undefined` when there is none. CONFIG_UNREADABLE when it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw errors.CONFIG_UNREADABLE({ path, reason: (cause as Error).message }, { cause })
  }
}
