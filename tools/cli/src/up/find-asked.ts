import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The services that start only when they are named: their package.json says `"mochi": { "up": "asked" }`. For servers that a
 * laptop can do without. A package.json that cannot be read asks for nothing: its service says what is wrong with it.
 */
export async function findAsked(root: string, services: readonly string[]): Promise<ReadonlySet<string>> {
  const isAsked = await Promise.all(services.map((name) => readAsked(join(root, 'apps', name, 'package.json'))))
  return new Set(services.filter((_, index) => isAsked[index]))
}

async function readAsked(file: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { mochi?: { up?: unknown } } | null
    return manifest?.mochi?.up === 'asked'
  } catch {
    return false
  }
}
