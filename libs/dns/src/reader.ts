import { formatLabel, LONGEST_NAME } from './names.ts'

/** What is wrong with bytes that should be a message, and where. Never leaves this library: `decodeMessage` returns it as data. */
export class Malformed extends Error {
  readonly reason: string
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(reason)
    this.reason = reason
    this.offset = offset
  }
}

/** A name has at most 127 labels, so an honest one needs no more jumps. */
const MOST_JUMPS = 127

/** Reads a message from its beginning to its end; whatever would read beyond throws `Malformed`. */
export class Reader {
  readonly bytes: Buffer
  offset: number
  readonly #end: number
  /** Names by the place they begin at: thousands of records point at the same one. */
  readonly #names: Map<number, string>

  constructor(bytes: Buffer, part?: { from: number; to: number; names: Map<number, string> }) {
    this.bytes = bytes
    this.offset = part?.from ?? 0
    this.#end = part?.to ?? bytes.length
    this.#names = part?.names ?? new Map<number, string>()
  }

  get left(): number {
    return this.#end - this.offset
  }

  uint8(): number {
    return this.bytes.readUInt8(this.#take(1))
  }

  uint16(): number {
    return this.bytes.readUInt16BE(this.#take(2))
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#take(4))
  }

  uint48(): number {
    return this.bytes.readUIntBE(this.#take(6), 6)
  }

  /** A copy: a message of 64 KB must not live as long as an address of it. */
  take(length: number): Buffer {
    const start = this.#take(length)
    return Buffer.from(this.bytes.subarray(start, start + length))
  }

  latin1(length: number): string {
    const start = this.#take(length)
    return this.bytes.toString('latin1', start, start + length)
  }

  /** The next bytes as a reader of their own, which knows the whole message for the names it points to. */
  part(length: number): Reader {
    const from = this.#take(length)
    return new Reader(this.bytes, { from, to: from + length, names: this.#names })
  }

  /**
   * A name, compressed or not (RFC 1035, 4.1.4). Pointers lead back only, so that none leads round, and not too often: so
   * that the work for a message grows with its length alone.
   */
  name(): string {
    const begin = this.offset
    const labels: string[] = []
    let length = 1
    for (let at = begin, before = begin, jumps = 0; ;) {
      const size = this.#byteAt(at, jumps)
      if (size >= 0xc0) {
        const target = ((size & 0x3f) << 8) | this.#byteAt(at + 1, jumps)
        if (target >= before || jumps === MOST_JUMPS) throw new Malformed('a pointer of a name that leads nowhere', at)
        if (jumps++ === 0) this.offset = at + 2
        const known = labels.length === 0 ? this.#names.get(target) : undefined
        if (known !== undefined) return known
        at = before = target
      } else if (size >= 0x40) {
        throw new Malformed('a label of an unknown kind', at)
      } else if (size === 0) {
        if (jumps === 0) this.offset = at + 1
        return this.#remember(begin, labels)
      } else {
        length += size + 1
        if (length > LONGEST_NAME) throw new Malformed(`a name over ${LONGEST_NAME} bytes`, begin)
        this.#byteAt(at + size, jumps)
        labels.push(formatLabel(this.bytes, at + 1, at + 1 + size))
        at += size + 1
      }
    }
  }

  #remember(begin: number, labels: readonly string[]): string {
    const name = labels.length === 0 ? '.' : labels.join('.')
    this.#names.set(begin, name)
    return name
  }

  #byteAt(at: number, jumps: number): number {
    if (at >= (jumps === 0 ? this.#end : this.bytes.length)) throw new Malformed('a name that is cut off', at)
    return this.bytes.readUInt8(at)
  }

  #take(length: number): number {
    const start = this.offset
    if (length > this.#end - start) throw new Malformed('an end before all was there', start)
    this.offset = start + length
    return start
  }
}
