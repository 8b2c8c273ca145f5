/** A message as TCP carries it, with its length before it (RFC 1035, 4.2.2). */
export function frame(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

/** Puts together what comes in pieces. Holds one message at most, however small the pieces are. */
export class FrameReader {
  #pieces: Buffer[] = []
  #length = 0

  /** How many bytes of a message are there that is not complete. */
  get pending(): number {
    return this.#length
  }

  /** The messages that are complete with this piece. */
  push(piece: Uint8Array): Buffer[] {
    this.#pieces.push(Buffer.from(piece))
    this.#length += piece.length
    const messages: Buffer[] = []
    for (let need = this.#need(); this.#length >= need; need = this.#need()) {
      const all = this.#joined()
      messages.push(all.subarray(2, need))
      this.#pieces = [all.subarray(need)]
      this.#length -= need
    }
    return messages
  }

  /** The bytes that the next message takes, as far as its length is known. */
  #need(): number {
    if (this.#length < 2) return 2 + 1
    const [first = Buffer.alloc(0)] = this.#pieces
    return 2 + (first.length < 2 ? this.#joined() : first).readUInt16BE()
  }

  /** One piece is not copied: 64 KB of the shortest messages would be, once for each. */
  #joined(): Buffer {
    const [first, ...more] = this.#pieces
    const all = first !== undefined && more.length === 0 ? first : Buffer.concat(this.#pieces)
    this.#pieces = [all]
    return all
  }
}
