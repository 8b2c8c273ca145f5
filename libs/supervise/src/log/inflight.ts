import type { Stamp } from './stamp.ts'
import { STAMPS } from './stamp.ts'

/** What one read takes at most. */
export const READ_BYTES = 65_536

/** Room for the longest line that is not complete yet, and one read behind it. */
const AREA_BYTES = 2 * READ_BYTES
const HEADER_BYTES = 4096

export const INFLIGHT_BYTES = HEADER_BYTES + READ_BYTES + 2 * AREA_BYTES

/** What no UTF-8 text holds: where only this follows, nothing has been read to. */
const EMPTY = 0xff
const MAGIC = 0x6d6f_6c32

/** Places of 32-bit numbers, then of 64-bit ones, in the header. */
const SLOT = { magic: 0, state: 1, held: 2, end: 3, total: 4, stamp: 5, arrival: 6, arrived: 7, base: 8 } as const
const FIELD = { time: 5, size: 6, file: 7 } as const

/** What happens to the batch: the lowest two bits of the state. The third says which of the two areas holds the bytes. */
const OPEN = 1
const WRITTEN = 2

/** What happens to bytes in the inbox. */
const NONE = 0
const COUNTED = 1
const COPIED = 2

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
 * puts them into the inbox there, so from the moment they leave the pipe they are somewhere that no kill -9 reaches, and the
 * next writer goes on in the middle of a line, with neither a byte lost nor one written twice.
 *
 *     inbox:  NONE ── add ──▶ COUNTED ── copied behind what is held ──▶ COPIED ── cleaned, held longer ──▶ NONE
 *     batch:  IDLE ── open ──▶ OPEN ── close ──▶ WRITTEN ── the rest copied to the other area ──▶ IDLE, in that one
 *
 * Each arrow is one store, and what stands on it can be done twice. In OPEN the size of the file says how much of the batch
 * stands there; in WRITTEN all does. A process that ends between `read` and `add` leaves bytes that nobody has counted: the
 * inbox was all 0xff before, so they end where only 0xff follow.
 */
export class Inflight {
  /** Where every read goes. */
  readonly inbox: Buffer
  readonly #slots: Int32Array
  readonly #fields: Float64Array
  readonly #areas: readonly [Buffer, Buffer]

  /** Memory of INFLIGHT_BYTES: what a writer has left there is kept, anything else is made empty. */
  constructor(memory: ArrayBuffer) {
    this.#slots = new Int32Array(memory, 0, 10)
    this.#fields = new Float64Array(memory, 0, 8)
    this.inbox = Buffer.from(memory, HEADER_BYTES, READ_BYTES)
    this.#areas = [
      Buffer.from(memory, HEADER_BYTES + READ_BYTES, AREA_BYTES),
      Buffer.from(memory, HEADER_BYTES + READ_BYTES + AREA_BYTES, AREA_BYTES),
    ]
    if (this.#get(SLOT.magic) === MAGIC) this.#recover()
    else this.#clear()
  }

  /** What was read and not written yet. */
  get held(): Buffer {
    return this.#area.subarray(0, this.#get(SLOT.held))
  }

  /** Holds the bytes that now stand in the inbox. There is room for one read once whatever was complete has been written. */
  add(length: number): void {
    if (this.held.length + length > AREA_BYTES) throw new RangeError('a read came before what is held was written')
    this.#set(SLOT.arrived, length)
    this.#set(SLOT.base, this.#get(SLOT.held))
    this.#set(SLOT.arrival, COUNTED)
    this.#takeIn()
  }

  /** Notes that the first `end` bytes are about to be written. */
  open(end: number, { stamp, time, file, size }: Omit<Batch, 'bytes'>): void {
    this.#set(SLOT.end, end)
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
    this.#set(SLOT.total, this.#get(SLOT.held))
    this.#step(WRITTEN)
    this.#moveRest()
  }

  #takeIn(): void {
    const base = this.#get(SLOT.base)
    const length = this.#get(SLOT.arrived)
    if (this.#get(SLOT.arrival) === COUNTED) {
      this.inbox.copy(this.#area, base, 0, length)
      this.#set(SLOT.arrival, COPIED)
    }
    this.inbox.fill(EMPTY, 0, length)
    this.#set(SLOT.held, base + length)
    this.#set(SLOT.arrival, NONE)
  }

  #moveRest(): void {
    const end = this.#get(SLOT.end)
    const total = this.#get(SLOT.total)
    this.#area.copy(this.#other, 0, end, total)
    this.#set(SLOT.held, total - end)
    this.#set(SLOT.state, (this.#get(SLOT.state) & 4) ^ 4)
  }

  #recover(): void {
    if (this.#phase === WRITTEN) this.#moveRest()
    if (this.#get(SLOT.arrival) !== NONE) this.#takeIn()
    const uncounted = this.inbox.findLastIndex((byte) => byte !== EMPTY) + 1
    if (uncounted > 0) this.add(uncounted)
  }

  #clear(): void {
    this.inbox.fill(EMPTY)
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
