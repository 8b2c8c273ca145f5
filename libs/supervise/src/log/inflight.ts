import type { Stamp } from './stamp.ts'
import { STAMPS } from './stamp.ts'

/** What one read takes at most. */
export const READ_BYTES = 65_536

/** Room for the longest line that is not complete yet, and one read behind it. */
const AREA_BYTES = 2 * READ_BYTES
const HEADER_BYTES = 4096

export const INFLIGHT_BYTES = HEADER_BYTES + 2 * AREA_BYTES

/** What no UTF-8 text holds: where it stands, nothing has been read to. */
const EMPTY = 0xff
const MAGIC = 0x6d6f_6c31

/** Places of 32-bit numbers, then of 64-bit ones, in the header. */
const SLOT = { magic: 0, state: 1, held: 2, end: 3, total: 4, stamp: 5 } as const
const FIELD = { time: 4, size: 5, file: 6 } as const

/** The lowest two bits of the state; the third says which of the two areas holds the bytes. */
const IDLE = 0
const OPEN = 1
const WRITTEN = 2
const MOVED = 3

/** What is needed to write the same bytes again, or only those of them that are missing. */
export type Batch = {
  /** As read. */
  readonly bytes: Buffer
  readonly stamp: Stamp
  /** Microseconds since 1970 for the stamps. */
  readonly time: number
  /** The file that they go to, by its inode, and its size before. */
  readonly file: number
  readonly size: number
}

/**
 * The bytes between `read` and `write`. They lie in memory that outlives the process where it is mapped from a file: `read`
 * puts them there, so from the moment they leave the pipe they are somewhere that no kill -9 reaches, and the next writer goes
 * on in the middle of a line, with neither a byte lost nor one written twice.
 *
 *              add             open            close: the rest moves to the other area
 *    IDLE ──────────▶ IDLE ──────────▶ OPEN ──────────▶ WRITTEN ──▶ MOVED ──▶ IDLE (of the other area)
 *
 * Each arrow is one store. In OPEN, the size of the file says how much of the batch stands there; from WRITTEN on all does.
 * The copy and the cleaning behind the last two arrows can be done twice. A process that ends between `read` and `add` leaves
 * bytes that nobody has counted: in an idle area everything was 0xff before, so they end where only 0xff follow.
 */
export class Inflight {
  readonly #slots: Int32Array
  readonly #fields: Float64Array
  readonly #areas: readonly [Buffer, Buffer]

  /** Memory of INFLIGHT_BYTES: what a writer has left there is kept, anything else is made empty. */
  constructor(memory: ArrayBuffer) {
    this.#slots = new Int32Array(memory, 0, 8)
    this.#fields = new Float64Array(memory, 0, 8)
    this.#areas = [
      Buffer.from(memory, HEADER_BYTES, AREA_BYTES),
      Buffer.from(memory, HEADER_BYTES + AREA_BYTES, AREA_BYTES),
    ]
    if (this.#slots[SLOT.magic] === MAGIC) this.#recover()
    else this.#clear()
  }

  /** Where the next read goes. */
  get space(): Buffer {
    const held = this.#get(SLOT.held)
    return this.#area.subarray(held, held + READ_BYTES)
  }

  /** What was read and not written yet. */
  get held(): Buffer {
    return this.#area.subarray(0, this.#get(SLOT.held))
  }

  /** Counts bytes that now stand in `space`. */
  add(length: number): void {
    this.#set(SLOT.held, this.#get(SLOT.held) + length)
  }

  /** Notes that the first `end` bytes are about to be written. */
  open(end: number, { stamp, time, file, size }: Omit<Batch, 'bytes'>): void {
    this.#set(SLOT.end, end)
    this.#set(SLOT.total, this.#get(SLOT.held))
    this.#set(SLOT.stamp, STAMPS.indexOf(stamp))
    this.#fields.set([time, size, file], FIELD.time)
    this.#step(OPEN)
  }

  /** The batch that was open when a writer ended. */
  get batch(): Batch | undefined {
    if (this.#phase !== OPEN) return undefined
    const [time = 0, size = 0, file = 0] = this.#fields.subarray(FIELD.time)
    const stamp = STAMPS[this.#get(SLOT.stamp)] ?? 'none'
    return { bytes: this.#area.subarray(0, this.#get(SLOT.end)), stamp, time, size, file }
  }

  /** Forgets the open batch: it is written. */
  close(): void {
    this.#step(WRITTEN)
    this.#finish()
  }

  #finish(): void {
    const end = this.#get(SLOT.end)
    const total = this.#get(SLOT.total)
    if (this.#phase === WRITTEN) {
      this.#other.set(this.#area.subarray(end, total))
      this.#step(MOVED)
    }
    this.#area.fill(EMPTY, 0, total)
    this.#set(SLOT.held, total - end)
    Atomics.store(this.#slots, SLOT.state, (this.#get(SLOT.state) & 4) ^ 4)
  }

  #recover(): void {
    if (this.#phase === WRITTEN || this.#phase === MOVED) this.#finish()
    if (this.#phase !== IDLE) return
    const last = this.#area.findLastIndex((byte) => byte !== EMPTY)
    this.#set(SLOT.held, Math.max(this.#get(SLOT.held), last + 1))
  }

  #clear(): void {
    for (const area of this.#areas) area.fill(EMPTY)
    this.#slots.fill(0)
    this.#set(SLOT.magic, MAGIC)
  }

  get #phase(): number {
    return this.#get(SLOT.state) & 3
  }

  get #area(): Buffer {
    return this.#areas[(this.#get(SLOT.state) & 4) === 0 ? 0 : 1]
  }

  get #other(): Buffer {
    return this.#areas[(this.#get(SLOT.state) & 4) === 0 ? 1 : 0]
  }

  #step(phase: number): void {
    this.#set(SLOT.state, (this.#get(SLOT.state) & 4) | phase)
  }

  #get(slot: number): number {
    return Atomics.load(this.#slots, slot)
  }

  /** Atomic for its order alone: no store moves before it or behind it. */
  #set(slot: number, value: number): void {
    Atomics.store(this.#slots, slot, value)
  }
}
