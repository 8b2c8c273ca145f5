import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The checkout that a program of this path belongs to: the nearest folder above it that holds mochi.json. */
export function findCheckout(program: string): string | undefined {
  const folder = dirname(program)
  if (existsSync(join(folder, 'mochi.json'))) return folder
  return folder === program ? undefined : findCheckout(folder)
}
