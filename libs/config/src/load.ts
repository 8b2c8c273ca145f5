import { join } from 'node:path'
import { errors } from './errors.ts'
import { parseMochiConfig } from './parse.ts'
import type { MochiConfig } from './parse.ts'
import { readText } from './read-text.ts'

const FILE = 'mochi.json'

/**
 * Reads `mochi.json` at a workspace's root. CONFIG_MISSING when there is none, CONFIG_UNREADABLE when it cannot be read,
 * CONFIG_INVALID with every fault when it cannot be used.
 */
export async function loadMochiConfig(root: string): Promise<MochiConfig> {
  const path = join(root, FILE)
  const text = await readText(path)
  if (text === undefined) throw errors.CONFIG_MISSING({ path })
  return parseMochiConfig(text, FILE)
}
