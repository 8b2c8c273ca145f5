import { formatLabel, LONGEST_NAME, parseName } from './names.ts'

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

  /**
   * Throws `DNS_NAME_INVALID`. Compressed: what stands in the message already is pointed to. Names that differ in case do
   * not share, so that each stays as it is.
   */
  name(name: string, { compress }: { compress: boolean } = { compress: true }): void {
    const { labels, rests } = splitName(name)
    for (const [index, label] of labels.entries()) {
      const rest = rests[index] ?? ''
      const known = compress ? this.#names.get(rest) : undefined
      if (known !== undefined) {
        this.uint16(0xc000 | known)
        return
      }
      if (compress && this.#length <= FARTHEST_POINTER) this.#names.set(rest, this.#length)
      this.uint8(label.length)
      const at = this.#room(label.length)
      this.#bytes.write(label, at, 'latin1')
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

type SplitName = {
  /** One character for each byte. */
  labels: readonly string[]
  /** For each label what stands from it to the end of the name, as text. */
  rests: readonly string[]
}

/** Letters, digits and what else is common in labels that are not too long: such a name is split without a closer look. */
const COMMON = /^(?:[\w-]{1,63}\.)*[\w-]{1,63}$/

function splitName(name: string): SplitName {
  if (name.length > LONGEST_NAME - 2 || !COMMON.test(name)) {
    const bytes = parseName(name)
    const texts = bytes.map((label) => formatLabel(label, 0, label.length))
    return {
      labels: bytes.map((label) => label.toString('latin1')),
      rests: texts.map((_, index) => texts.slice(index).join('.')),
    }
  }
  const rests = [name]
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) rests.push(name.slice(dot + 1))
  return { labels: name.split('.'), rests }
}
