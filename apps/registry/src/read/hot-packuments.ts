import { LRUCache } from 'lru-cache'
import type { Stamp } from '../mirror/documents.ts'
import type { LinesForm } from '../packument/lines.ts'

export type Encoding = 'gzip' | 'identity'

/** Which bytes somebody wants of a package. */
export type Wanted = {
  readonly name: string
  readonly form: LinesForm
  readonly encoding: Encoding
  /** Where tarballs are said to be: the address by which the registry was asked. */
  readonly base: string
}

/** A packument as it goes out. */
export type HotPackument = {
  readonly body: Buffer
  readonly etag: string
  /** What is known of the package when this was made. */
  readonly stamp: Stamp
  /** Of what it was made. */
  readonly digest: string
  /** Milliseconds since 1970: when a verdict in it changes, and when upstream has to be asked again or that. */
  readonly due: number
  readonly until: number
  /** When upstream last confirmed it, where upstream is away. */
  readonly awaySince: number | undefined
}

/** A packument as it goes out to who asks by one address. */
type Based = { readonly base: string; readonly packument: HotPackument }

/** Addresses at most of which the bytes of one package are kept: clients choose their Host, and crowd nobody else's package out by it. */
const BASES = 3
/** What an entry needs beside its body. Bytes. */
const OVERHEAD = 512
/** Of the memory for packuments, what single versions have beside it. */
const MANIFESTS = 1 / 16

/** Packuments that were asked for lately, ready to be sent, within so many bytes. */
export class HotPackuments {
  readonly #entries: LRUCache<string, readonly Based[]>
  readonly #largest: number
  /** Single versions: to find one, all of its packument is unpacked. */
  readonly manifests: LRUCache<string, Buffer>

  constructor(bytes: number) {
    this.#largest = Math.ceil(bytes / 4)
    this.#entries = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf })
    this.manifests = new LRUCache({
      maxSize: Math.ceil(bytes * MANIFESTS),
      sizeCalculation: (body, key) => body.length + key.length + OVERHEAD,
    })
  }

  get(wanted: Wanted): HotPackument | undefined {
    return this.#entries.get(withoutBase(wanted))?.find(({ base }) => base === wanted.base)?.packument
  }

  set(wanted: Wanted, packument: HotPackument): void {
    if (packument.body.length > this.#largest) return
    const key = withoutBase(wanted)
    const { base } = wanted
    const others = this.#entries.get(key)?.filter((other) => other.base !== base) ?? []
    const all = [{ base, packument }, ...others].slice(0, BASES)
    while (all.length > 1 && sizeOf(all) > 2 * this.#largest) all.pop()
    this.#entries.set(key, all)
  }

  /** Bytes of all that is in it. */
  get bytes(): number {
    return this.#entries.calculatedSize
  }
}

export function keyOf(wanted: Wanted): string {
  return `${withoutBase(wanted)} ${wanted.base}`
}

function withoutBase({ name, form, encoding }: Wanted): string {
  return `${name} ${form} ${encoding}`
}

function sizeOf(all: readonly Based[]): number {
  return all.reduce((sum, { base, packument: { body } }) => sum + body.length + base.length + OVERHEAD, 0)
}
