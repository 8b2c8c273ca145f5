import { formatLabel, parseName } from './names.ts'

/** A pointer has 14 bits for the place it leads to. */
const FARTHEST_POINTER = 0x3fff

/** Writes a message; it grows as it is written. */
export class Writer {
  #bytes = Buffer.alloc(512)
  #length = 0
  /** Where a name stands already. */
  readonly #names = new Map<string, number>()

  get length(): number {
    return this.#length
  }

  /** Takes back all that was written from this place on; what follows must not point there. */
  truncate(length: number): void {
    this.#length = length
    for (const [name, at] of this.#names) if (at >= length) this.#names.delete(name)
  }

  uint8(value: number): void {
    const at = this.#room(1)
    this.#bytes.writeUInt8(value, at)
  }

  uint16(value: number): void {
    const at = this.#room(2)
    this.#bytes.writeUInt16BE(value, at)
  }

  uint32(value: number): void {
    const at = this.#room(4)
    this.#bytes.writeUInt32BE(value, at)
  }

  uint48(value: number): void {
    const at = this.#room(6)
    this.#bytes.writeUIntBE(value, at, 6)
  }

  put(bytes: Uint8Array): void {
    const at = this.#room(bytes.length)
    this.#bytes.set(bytes, at)
  }

  /** What `write` writes, with its length before it in two bytes. What is longer than these can say fits into no message. */
  counted(write: () => void): void {
    const at = this.#room(2)
    write()
    this.set16(at, Math.min(this.#length - at - 2, 0xffff))
  }

  set16(at: number, value: number): void {
    this.#bytes.writeUInt16BE(value, at)
  }

  /** Throws `DNS_NAME_INVALID`. Compressed: what stands in the message already is pointed to. */
  name(name: string, { compress }: { compress: boolean } = { compress: true }): void {
    const labels = parseName(name)
    const rests = compress ? suffixKeys(labels) : []
    for (const [index, label] of labels.entries()) {
      const rest = rests[index]
      const known = rest === undefined ? undefined : this.#names.get(rest)
      if (known !== undefined) {
        this.uint16(0xc000 | known)
        return
      }
      if (rest !== undefined && this.#length <= FARTHEST_POINTER) this.#names.set(rest, this.#length)
      this.uint8(label.length)
      this.put(label)
    }
    this.uint8(0)
  }

  /** All that was written. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Makes room and returns where. The bytes may be others afterwards: ask for room first. */
  #room(length: number): number {
    const at = this.#length
    this.#length += length
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
    }
    return at
  }
}

/** For each label what stands from it to the end of the name. Names that differ in case do not share: each stays as it is. */
function suffixKeys(labels: readonly Buffer[]): string[] {
  const texts = labels.map((label) => formatLabel(label, 0, label.length))
  return texts.map((_, index) => texts.slice(index).join('.'))
}
