/** Bytes of the pieces, and how many large ones there are. */
const LARGE = 1_048_576
const SMALL = 65_536
const MOST_LARGE = 5

/** Small pieces that are kept for the next ones. */
const MOST_SPARE = 64

/**
 * Pieces of memory that files are read into, one for each answer, used again and again. Each read of the system costs as much as
 * copying 200 kB, so large pieces are better; a few hundred of them would be too much, so whoever finds none left has a small one.
 */
export class Chunks {
  readonly #large: Buffer[] = []
  readonly #small: Buffer[] = []
  #largeOnes = 0

  take(): Buffer {
    const found = this.#large.pop()
    if (found !== undefined) return found
    if (this.#largeOnes === MOST_LARGE) return this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL)
    this.#largeOnes += 1
    return Buffer.allocUnsafeSlow(LARGE)
  }

  /** Takes a piece back, where nobody reads it any more. */
  give(chunk: Buffer): void {
    if (chunk.length === LARGE) this.#large.push(chunk)
    else if (this.#small.length < MOST_SPARE) this.#small.push(chunk)
  }

  /** For a piece that the system may still hold, as of a connection that was cut: it is not used again. */
  lose(chunk: Buffer): void {
    if (chunk.length === LARGE) this.#largeOnes -= 1
  }
}
