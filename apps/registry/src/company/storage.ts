import { mkdir, readdir, readFile, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '@mochi/files'
import { unscoped } from '../names/package-name.ts'

/** Bytes that a packument hardly has. */
const PACKUMENT = 8_000_000

/** A version as Verdaccio keeps it. */
export type StoredVersion = {
  version: string
  deprecated?: string
  dist: { tarball: string; integrity?: string; shasum?: string }
  _npmUser?: { name: string }
  [key: string]: unknown
}

/** A packument as Verdaccio keeps it. */
export type Stored = {
  name: string
  versions: Record<string, StoredVersion>
  'dist-tags': Record<string, string>
  time?: Record<string, string>
  _rev?: string
  _attachments?: Record<string, { version?: string; shasum?: string }>
  [key: string]: unknown
}

/** A publish that has begun: what is to be there when it has ended. */
export type Begun = { readonly name: string; readonly version: string; readonly tags: Readonly<Record<string, string>> }

/**
 * Where the company's packages lie: `storage` is laid out by Verdaccio, a folder for each package with its `package.json` and its
 * tarballs; the rest is ours.
 */
export class CompanyFolder {
  readonly storage: string
  readonly begun: string
  readonly damaged: string
  readonly tombstones: string
  readonly checked: string
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    this.storage = join(folder, 'storage')
    this.begun = join(folder, 'begun')
    this.damaged = join(folder, 'damaged')
    this.tombstones = join(folder, 'tombstones.json')
    this.checked = join(folder, 'checked')
  }

  /** What Verdaccio takes for the place of its configuration, which is no file. */
  get config(): string {
    return join(this.#folder, 'config.yaml')
  }

  async make(): Promise<void> {
    for (const folder of [this.storage, this.begun, this.damaged]) await mkdir(folder, { recursive: true, mode: 0o700 })
  }

  path(name: string, ...rest: string[]): string {
    return join(this.storage, ...name.split('/'), ...rest)
  }

  /** The packument of a package; undefined when there is none. */
  async read(name: string): Promise<Stored | undefined> {
    const text = await readIfThere(this.path(name, 'package.json'))
    return text === undefined ? undefined : (JSON.parse(text) as Stored)
  }

  async write(stored: Stored): Promise<void> {
    await replaceFile(this.path(stored.name, 'package.json'), JSON.stringify(stored, null, '\t'))
  }

  /** Whether a publish of so many bytes can be kept, with a packument that is written anew. */
  async hasRoomFor(bytes: number): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.storage)
    return bavail * bsize > bytes + PACKUMENT
  }

  async names(scopes: readonly string[]): Promise<string[]> {
    const lists = await Promise.all(
      scopes.map(async (scope) => (await folders(join(this.storage, scope))).map((name) => `${scope}/${name}`)),
    )
    return lists.flat()
  }

  async begin(publish: Begun): Promise<void> {
    await replaceFile(this.#note(publish.name), JSON.stringify(publish))
  }

  async end(name: string): Promise<void> {
    await rm(this.#note(name), { force: true })
  }

  async readBegun(name: string): Promise<Begun | undefined> {
    const text = await readIfThere(this.#note(name))
    return text === undefined ? undefined : (JSON.parse(text) as Begun)
  }

  #note(name: string): string {
    return join(this.begun, `${name.replace('/', '%2f')}.json`)
  }
}

/** The file of a version's tarball. */
export function tarballOf(name: string, version: string): string {
  return `${unscoped(name)}-${version}.tgz`
}

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function folders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
