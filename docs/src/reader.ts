import { cp, link, mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createCheckout, linkSystem, type Checkout } from '@mochi/testing'

/** Somebody who has just cloned the repository: a checkout, an empty home, a prefix, and the tools of the system only. */
export type Reader = AsyncDisposable & {
  readonly checkout: Checkout
  /** What each of the reader's terminals starts with. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the reader's tools are or will be. */
  readonly prefix: string
}

/** Has cloned the repository and run nothing. */
export async function createNewcomer(): Promise<Reader> {
  const checkout = await createCheckout()
  const prefix = checkout.join('../prefix')
  const system = checkout.join('../system')
  // A step that a page forgets must not be made good by a Node that this machine happens to have.
  await linkSystem(system)
  const env = { ...checkout.env, PATH: system, MOCHI_PREFIX: prefix }
  return { checkout, env, prefix, [Symbol.asyncDispose]: () => checkout[Symbol.asyncDispose]() }
}

/** Has run `./mochi setup`, with the tools and caches of somebody who has run it before. */
async function createReader(from: Reader): Promise<Reader> {
  const reader = await createNewcomer()
  const copy = { recursive: true, verbatimSymlinks: true }
  await Promise.all([
    cp(from.checkout.home, reader.checkout.home, copy),
    linkFiles(join(from.prefix, 'opt'), join(reader.prefix, 'opt')),
    ...['env', 'etc', 'var'].map((name) => cp(join(from.prefix, name), join(reader.prefix, name), copy)),
  ])
  await setUp(reader)
  return reader
}

/** What stands in a prefix's opt/ never changes, so a second prefix can hold the same files by a second name. */
async function linkFiles(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  const target = (entry: { parentPath: string; name: string }) => join(to, relative(from, entry.parentPath), entry.name)
  for (const entry of entries.filter((entry) => entry.isDirectory())) await mkdir(target(entry), { recursive: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  await Promise.all(files.map((entry) => link(join(entry.parentPath, entry.name), target(entry))))
}

async function setUp({ checkout, env }: Reader): Promise<void> {
  const { code, stdout, stderr } = await checkout.run('./mochi', ['setup'], { env })
  if (code !== 0) throw new Error(`./mochi setup ended with ${String(code)}:\n${stdout}${stderr}`)
}

/** Readers for one page after another: one whose checkout a page left as it was reads the next page too. */
export class Readers implements AsyncDisposable {
  readonly #from: Reader
  readonly #free: Reader[] = []

  constructor(from: Reader) {
    this.#from = from
  }

  async take(): Promise<Reader> {
    return this.#free.pop() ?? (await createReader(this.#from))
  }

  async giveBack(reader: Reader): Promise<void> {
    const { stdout } = await reader.checkout.run('git', ['status', '--porcelain', '--branch'])
    if (stdout.trim() === '## main') this.#free.push(reader)
    else await reader[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#free.map((reader) => reader[Symbol.asyncDispose]()))
  }
}
