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

/** What an entry needs beside its body. Bytes. */
const OVERHEAD = 512
/** Of the memory for packuments, what single versions have beside it. */
const MANIFESTS = 1 / 16

/** Packuments that were asked for lately, ready to be sent, within so many bytes. */
export class HotPackuments {
  readonly #entries: LRUCache<string, HotPackument>
  /** Single versions: to find one, all of its packument is unpacked. */
  readonly manifests: LRUCache<string, Buffer>

  constructor(bytes: number) {
    this.#entries = new LRUCache({
      maxSize: bytes,
      maxEntrySize: Math.ceil(bytes / 4),
      sizeCalculation: ({ body }) => body.length + OVERHEAD,
    })
    this.manifests = new LRUCache({
      maxSize: Math.ceil(bytes * MANIFESTS),
      sizeCalculation: (body, key) => body.length + key.length + OVERHEAD,
    })
  }

  get(wanted: Wanted): HotPackument | undefined {
    return this.#entries.get(keyOf(wanted))
  }

  set(wanted: Wanted, packument: HotPackument): void {
    this.#entries.set(keyOf(wanted), packument)
  }

  /** Bytes of all that is in it. */
  get bytes(): number {
    return this.#entries.calculatedSize
  }
}

export function keyOf({ name, form, encoding, base }: Wanted): string {
  return `${name} ${form} ${encoding} ${base}`
}
