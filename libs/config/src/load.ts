import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errors } from './errors.ts'
import { parseMochiConfig } from './parse.ts'
import type { MochiConfig } from './parse.ts'

const FILE = 'mochi.json'

/**
 * Reads `mochi.json` at a workspace's root. CONFIG_MISSING when there is none, CONFIG_UNREADABLE when it cannot be read,
 * CONFIG_INVALID with every fault when it cannot be used.
 */
export async function loadMochiConfig(root: string): Promise<MochiConfig> {
  return parseMochiConfig(await readText(join(root, FILE)), FILE)
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw errors.CONFIG_MISSING({ path }, { cause })
    throw errors.CONFIG_UNREADABLE({ path, reason: (cause as Error).message }, { cause })
  }
}
