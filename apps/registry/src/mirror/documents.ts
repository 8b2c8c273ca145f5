import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileNameOf } from '../names/package-name.ts'
import type { Drafts } from './drafts.ts'
import { packForDisk, unpackFromDisk } from '../compression.ts'
import { fileOf } from './folder.ts'
import type { MirrorFolder } from './folder.ts'

/** Bytes of a form at most, uncompressed. */
const MOST_BYTES = 2 ** 29

/** What is known of a package beside its packument. Times are milliseconds since 1970. */
export type Known = {
  readonly name: string
  /** SHA-512 of each form of its packument, in hex. */
  readonly digests: Readonly<Record<Form, string>>
  /** What upstream called this text, and its SHA-256 in base64: not every registry has ETags. */
  readonly etag: string | null
  readonly text?: string | undefined
  /** When it came, and when upstream last said that it is still so. */
  readonly fetched: number
  readonly checked: number
}

/** The brief form has what verdicts are made of, and no manifests; the others are lines that are put together of what verdicts allow. */
const FORMS = ['brief', 'abbreviated', 'full'] as const
export type Form = (typeof FORMS)[number]

/** A state of what is known: another one after every change, by whichever process. */
export type Stamp = string

/** What was asked for of one packument. */
export type Document<Wanted extends Form = Form> = {
  readonly known: Known
  readonly stamp: Stamp
  readonly forms: Readonly<Record<Wanted, Buffer>>
}

/** The packuments of the mirror. */
export class Documents {
  readonly #folder: MirrorFolder
  readonly #drafts: Drafts
  readonly #isWriter: () => boolean
  /** Of what was asked for while no other process could change it. */
  readonly #stamps = new Map<string, Stamp>()

  /** `isWriter`: whether nobody but this process writes just now. */
  constructor(folder: MirrorFolder, drafts: Drafts, isWriter: () => boolean) {
    this.#folder = folder
    this.#drafts = drafts
    this.#isWriter = isWriter
  }

  /** Undefined when nothing is held, or what is held is damaged: it is then fetched again. */
  async read<Wanted extends Form>(name: string, wanted: readonly Wanted[]): Promise<Document<Wanted> | undefined> {
    const stamp = this.stamp(name)
    const known = await this.#readKnown(name)
    if (known === undefined || stamp === undefined) return undefined
    const bytes = await Promise.all(wanted.map((form) => this.#readForm(known.digests[form])))
    if (!bytes.includes(undefined)) {
      const forms = Object.fromEntries(wanted.map((form, index) => [form, bytes[index]]))
      return { known, stamp, forms: forms as Record<Wanted, Buffer> }
    }
    // It may have been replaced between the two.
    return this.stamp(name) === stamp ? undefined : this.read(name, wanted)
  }

  /**
   * What tells whether a package is still what it was, asked for each request. The one process that writes knows it; for the others
   * it costs a call of the system.
   */
  stamp(name: string): Stamp | undefined {
    if (!this.#isWriter()) {
      this.#stamps.clear()
      return this.#look(name)
    }
    const known = this.#stamps.get(name)
    if (known !== undefined) return known
    const found = this.#look(name)
    if (found !== undefined) this.#stamps.set(name, found)
    return found
  }

  #look(name: string): Stamp | undefined {
    const found = statSync(this.#knownFile(name), { throwIfNoEntry: false })
    return found === undefined ? undefined : `${found.ino}-${found.mtimeMs}`
  }

  /** Puts a packument in the place of the one that was there. */
  async write(known: Omit<Known, 'digests'>, forms: Readonly<Record<Form, Buffer>>): Promise<void> {
    const before = await this.#readKnown(known.name)
    const written = await allEnded(FORMS.map(async (form) => [form, await this.#writeForm(forms[form])] as const))
    await this.#writeKnown({ ...known, digests: Object.fromEntries(written) as Known['digests'] })
    const present = new Set(written.map(([, digest]) => digest))
    for (const old of Object.values(before?.digests ?? {})) {
      if (!present.has(old)) await rm(fileOf(this.#folder.documents, old), { force: true })
    }
  }

  /** Of all packages that are held. */
  async names(): Promise<string[]> {
    const files = await readdir(this.#folder.packages)
    return files.map((file) => decodeURIComponent(file.slice(0, -'.json'.length)))
  }

  /** Notes that upstream says it is still so. */
  async confirm(known: Known, checked: number): Promise<void> {
    await this.#writeKnown({ ...known, checked })
  }

  async #writeForm(bytes: Buffer): Promise<string> {
    const digest = createHash('sha512').update(bytes).digest('hex')
    const draft = await this.#drafts.write([await packForDisk(bytes)])
    await this.#drafts.publish(draft, fileOf(this.#folder.documents, digest))
    return digest
  }

  async #writeKnown(known: Known): Promise<void> {
    const draft = await this.#drafts.write([Buffer.from(JSON.stringify(known))])
    await this.#drafts.publish(draft, this.#knownFile(known.name))
    this.#stamps.delete(known.name)
  }

  #knownFile(name: string): string {
    return join(this.#folder.packages, `${fileNameOf(name)}.json`)
  }

  async #readKnown(name: string): Promise<Known | undefined> {
    const text = await readFile(this.#knownFile(name), 'utf8').catch(() => undefined)
    return text === undefined ? undefined : parseKnown(name, text)
  }

  async #readForm(digest: string): Promise<Buffer | undefined> {
    try {
      const packed = await readFile(fileOf(this.#folder.documents, digest))
      const bytes = await unpackFromDisk(packed, MOST_BYTES)
      return createHash('sha512').update(bytes).digest('hex') === digest ? bytes : undefined
    } catch {
      return undefined
    }
  }
}

/** What all have given, once each has ended: where one fails, no other still writes when that is heard of. */
async function allEnded<Value>(works: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(works)
  return Promise.all(works)
}

const DIGEST = /^[0-9a-f]{128}$/

function parseKnown(name: string, text: string): Known | undefined {
  try {
    const known = JSON.parse(text) as Known
    return known.name === name && FORMS.every((form) => DIGEST.test(known.digests[form])) ? known : undefined
  } catch {
    return undefined
  }
}
