import { randomInt } from 'node:crypto'

export type SeedOptions = { env?: NodeJS.ProcessEnv; warn?: (line: string) => void }

/**
 * MOCHI_SEED, or a seed of this run alone. It is printed at once, with the way to repeat the run: a failure that
 * nobody can repeat is worth little.
 */
export function seedFromEnvironment(options: SeedOptions = {}): number {
  const { env = process.env, warn = (line: string) => console.warn(line) } = options
  const seed = wholeNumber('MOCHI_SEED', env) ?? randomInt(2 ** 32)
  warn(`seed ${seed} (to repeat this run: MOCHI_SEED=${seed})`)
  return seed
}

/** How often a fault loop goes round: `normal` times, and MOCHI_SOAK times as often in a long run. */
export function soakCount(normal: number, env: NodeJS.ProcessEnv = process.env): number {
  return normal * (wholeNumber('MOCHI_SOAK', env) ?? 1)
}

function wholeNumber(name: string, env: NodeJS.ProcessEnv): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${name} must be a whole number, and is ${JSON.stringify(text)}.`)
  return Number(text)
}
