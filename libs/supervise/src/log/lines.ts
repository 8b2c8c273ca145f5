const NEWLINE = 0x0a

/** Longer lines are split. */
export const LINE_BYTES = 65_536

/** The end of a part of a line whose rest is the next line. */
export const GOES_ON = ' [line goes on]'
const MARK = Buffer.from(`${GOES_ON}\n`)

/** How much of the bytes can be written: whole lines, and the parts of one that is too long already. 0 is none. */
export function completeEnd(bytes: Buffer): number {
  const lines = bytes.lastIndexOf(NEWLINE) + 1
  return bytes.length - lines > LINE_BYTES ? cut(bytes, lines) : lines
}

/** Where a line is split: at its greatest length, or up to three bytes before, so that no UTF-8 character is cut. */
function cut(bytes: Buffer, start: number): number {
  const end = start + LINE_BYTES
  for (let at = end; at > end - 4; at -= 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at
  return end
}

/** Puts stamps before lines. What it returns is good until the next call: the memory is used again. */
export class LineFormatter {
  #out = Buffer.alloc(0)
  #length = 0

  /** The lines with the stamp before each. Bytes that end in no newline get a mark and one. */
  format(bytes: Buffer, stamp: string): Buffer {
    const prefix = Buffer.from(stamp, 'latin1')
    this.#length = 0
    for (let start = 0; start < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, start)
      const end = newline < 0 ? bytes.length : newline + 1
      start = this.#add(prefix, bytes, { start, end, isWhole: newline >= 0 })
    }
    return this.#out.subarray(0, this.#length)
  }

  #add(prefix: Buffer, bytes: Buffer, line: { start: number; end: number; isWhole: boolean }): number {
    const { start, isWhole } = line
    const isSplit = line.end - start - Number(isWhole) > LINE_BYTES
    const end = isSplit ? cut(bytes, start) : line.end
    this.#reserve(prefix.length + (end - start) + MARK.length)
    prefix.copy(this.#out, this.#length)
    this.#length += prefix.length
    bytes.copy(this.#out, this.#length, start, end)
    this.#length += end - start
    if (isSplit || !isWhole) {
      MARK.copy(this.#out, this.#length)
      this.#length += MARK.length
    }
    return end
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#out.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#out.length, this.#length + more, 131_072))
    larger.set(this.#out.subarray(0, this.#length))
    this.#out = larger
  }
}
