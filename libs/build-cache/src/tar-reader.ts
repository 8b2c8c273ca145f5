import { BLOCK, parseTarHeader, readText } from './tar-header.ts'
import type { TarHeader } from './tar-header.ts'

export type TarEntry = Omit<TarHeader, 'kind'> & { readonly kind: 'file' | 'directory' | 'link' }

/** Whoever hears of the entries may throw to end it all. */
export type TarEvents = {
  readonly onEntry: (entry: TarEntry) => void
  /** Bytes of the file that came last. */
  readonly onBytes: (bytes: Buffer) => void
  readonly onEntryEnd: () => void
  /** What is wrong, in words that stand behind "but". Has to throw. */
  readonly refuse: (reason: string) => never
}

/** Bytes of a name that does not fit into a header. */
const LONGEST_NAME = 4096

type State =
  | { at: 'header' }
  | { at: 'body'; left: number; padding: number; long: { kind: 'longName' | 'longLink'; bytes: Buffer[] } | undefined }
  | { at: 'padding'; left: number }
  | { at: 'end'; isWhole: boolean }

/**
 * Reads a tar as it comes. Stricter than the program that unpacks it afterwards: what only some programs understand
 * (extended headers, sparse files, sizes in binary) is refused, so that no two of them can see different files in it.
 */
export class TarReader {
  readonly #events: TarEvents
  #state: State = { at: 'header' }
  #begun = Buffer.alloc(0)
  #long: { name?: string; target?: string } = {}

  constructor(events: TarEvents) {
    this.#events = events
  }

  write(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) rest = this.#take(rest)
  }

  /** To be called when no more comes. */
  end(): void {
    if (this.#state.at !== 'end' || !this.#state.isWhole || this.#begun.length > 0)
      this.#events.refuse('it ends before its end')
  }

  #take(chunk: Buffer): Buffer {
    const state = this.#state
    if (state.at === 'body') return this.#takeBody(state, chunk)
    if (state.at === 'padding') {
      const taken = Math.min(state.left, chunk.length)
      state.left -= taken
      if (state.left === 0) this.#state = { at: 'header' }
      return chunk.subarray(taken)
    }
    const missing = BLOCK - this.#begun.length
    const part = chunk.subarray(0, missing)
    const block = this.#begun.length === 0 ? part : Buffer.concat([this.#begun, part])
    if (block.length < BLOCK) this.#begun = Buffer.from(block)
    else {
      this.#begun = Buffer.alloc(0)
      this.#takeBlock(block)
    }
    return chunk.subarray(missing)
  }

  #takeBlock(block: Buffer): void {
    const isZero = block.every((byte) => byte === 0)
    if (this.#state.at === 'end') {
      if (!isZero) this.#events.refuse('something stands behind its end')
      this.#state = { at: 'end', isWhole: true }
    } else if (isZero) this.#state = { at: 'end', isWhole: false }
    else this.#takeHeader(block)
  }

  #takeHeader(block: Buffer): void {
    const header = parseTarHeader(block)
    if (typeof header === 'string') return this.#events.refuse(header)
    const { kind, size } = header
    const padding = (BLOCK - (size % BLOCK)) % BLOCK
    if (kind === 'longName' || kind === 'longLink') {
      if (size > LONGEST_NAME || size === 0) this.#events.refuse('it holds a name that is too long')
      if (this.#long[kind === 'longName' ? 'name' : 'target'] !== undefined)
        this.#events.refuse('an entry has two names')
      this.#state = { at: 'body', left: size, padding, long: { kind, bytes: [] } }
      return
    }
    const { name = header.name, target = header.target } = this.#long
    this.#long = {}
    this.#events.onEntry({ ...header, kind, name, target })
    if (size > 0) this.#state = { at: 'body', left: size, padding, long: undefined }
    else this.#events.onEntryEnd()
  }

  #takeBody(state: State & { at: 'body' }, chunk: Buffer): Buffer {
    const part = chunk.subarray(0, state.left)
    if (state.long === undefined) this.#events.onBytes(part)
    else state.long.bytes.push(Buffer.from(part))
    state.left -= part.length
    if (state.left === 0) this.#endBody(state)
    return chunk.subarray(part.length)
  }

  #endBody({ padding, long }: State & { at: 'body' }): void {
    this.#state = padding === 0 ? { at: 'header' } : { at: 'padding', left: padding }
    if (long === undefined) {
      this.#events.onEntryEnd()
      return
    }
    const bytes = Buffer.concat(long.bytes)
    const text = readText(bytes, 0, bytes.length)
    if (text === undefined) return this.#events.refuse('it holds a name that is no UTF-8')
    this.#long = long.kind === 'longName' ? { ...this.#long, name: text } : { ...this.#long, target: text }
  }
}
