import { replaceFile } from '@mochi/files'
import { errors } from '../errors.ts'
import { readIfThere } from './storage.ts'

/** The versions that were there once and are not to come back as something else. */
export class Tombstones {
  readonly #file: string
  readonly #versions: Map<string, Set<string>>
  #written: Promise<void> = Promise.resolve()

  private constructor(file: string, versions: Map<string, Set<string>>) {
    this.#file = file
    this.#versions = versions
  }

  /** Throws REGISTRY_COMPANY_DAMAGED. */
  static async open(file: string): Promise<Tombstones> {
    const entries = Object.entries(parse(file, (await readIfThere(file)) ?? '{}'))
    return new Tombstones(file, new Map(entries.map(([name, versions]) => [name, new Set(versions)])))
  }

  has(name: string, version: string): boolean {
    return this.#versions.get(name)?.has(version) ?? false
  }

  /** Resolves when they are on the disk. One writes after the other: who writes last has all of them. */
  async add(name: string, versions: readonly string[]): Promise<void> {
    const known = this.#versions.get(name) ?? new Set<string>()
    this.#versions.set(name, known.union(new Set(versions)))
    const written = this.#written.then(() => this.#write())
    this.#written = written.catch(() => undefined)
    await written
  }

  async #write(): Promise<void> {
    const all = [...this.#versions].map(([key, set]) => [key, [...set]] as const)
    await replaceFile(this.#file, JSON.stringify(Object.fromEntries(all)))
  }
}

function parse(file: string, text: string): Record<string, string[]> {
  try {
    return JSON.parse(text) as Record<string, string[]>
  } catch {
    throw errors.REGISTRY_COMPANY_DAMAGED({ file })
  }
}
