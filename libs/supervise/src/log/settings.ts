import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { logErrors } from './errors.ts'
import type { Rotation } from './rotation.ts'
import { STAMPS } from './stamp.ts'
import type { Stamp } from './stamp.ts'

/** How a log is kept, and what its lines begin with. */
export type LogSettings = Rotation & { readonly stamp: Stamp }

const HOUR = 3_600_000

export const defaultLogSettings: LogSettings = { size: 2 ** 24, age: 24 * HOUR, keep: 2 ** 30, stamp: 'iso' }

/** How many files of the full size there must be room for: `current`, one that is compressed, its copy, and one that stays. */
const FILES = 4

/** Reads `config.json` beside a log's folder; without one, and without a field, the default holds. Throws SUPERVISE_LOG_CONFIG. */
export function readLogSettings(folder: string): LogSettings {
  const file = join(dirname(folder), 'config.json')
  const text = readIfThere(file)
  return text === undefined ? defaultLogSettings : parseLogSettings(text, file)
}

export function parseLogSettings(text: string, file: string): LogSettings {
  const found = parseObject(text)
  if (found === undefined) throw logErrors.SUPERVISE_LOG_CONFIG({ file, faults: ['expected a JSON object'] })
  const settings = { ...defaultLogSettings, ...found } as LogSettings
  const faults = [...unknownFields(found), ...faultsOf(settings)]
  if (faults.length > 0) throw logErrors.SUPERVISE_LOG_CONFIG({ file, faults })
  return settings
}

function faultsOf({ size, age, keep, stamp }: LogSettings): string[] {
  const numbers = Object.entries({ size, age, keep }).flatMap(([name, value]) =>
    Number.isSafeInteger(value) && value > 0
      ? []
      : [`${name}: expected a whole number above 0, found ${JSON.stringify(value)}`],
  )
  const isStamp = STAMPS.includes(stamp)
  const stamps = isStamp ? [] : [`stamp: expected one of ${STAMPS.join(', ')}, found ${JSON.stringify(stamp)}`]
  if (numbers.length > 0 || keep >= FILES * size) return [...numbers, ...stamps]
  return [...stamps, `keep: expected at least ${FILES} times size, which is ${FILES * size}, found ${keep}`]
}

function unknownFields(found: object): string[] {
  const known: readonly string[] = ['size', 'age', 'keep', 'stamp'] satisfies (keyof LogSettings)[]
  return Object.keys(found).flatMap((name) =>
    known.includes(name) ? [] : [`${name}: expected one of ${known.join(', ')}`],
  )
}

function parseObject(text: string): { stamp?: Stamp } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
