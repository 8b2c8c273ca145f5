import { BLOCK, decode, LONGEST_NAME, parseTarHeader } from './tar-header.ts'
import type { TarHeader } from './tar-header.ts'

export type OutputEntry = TarHeader & { readonly kind: 'file' | 'directory' | 'link' }
export type TarEntry = OutputEntry | (TarHeader & { readonly kind: 'result' })

/** Whoever hears of the entries may throw to end it all. */
export type TarEvents = {
  readonly onEntry: (entry: TarEntry) => void
  /** Bytes of the file that came last. */
  readonly onBytes: (bytes: Buffer) => void
  readonly onEntryEnd: () => void
  /** What is wrong, in words that stand behind "but". Has to throw. */
  readonly refuse: (reason: string) => never
}

/** Of a name that has an entry of its own, its header has as many bytes as fit, but for a last character or part that does not. */
const SHORTENED = 97

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
  #headers = 0
  readonly #mostHeaders: number

  /** `mostHeaders`: bytes of all headers, with the names that stand behind some of them. */
  constructor(events: TarEvents, mostHeaders: number) {
    this.#events = events
    this.#mostHeaders = mostHeaders
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
    } else if (isZero) {
      if (this.#long.name !== undefined || this.#long.target !== undefined)
        this.#events.refuse('it holds a name without an entry')
      this.#state = { at: 'end', isWhole: false }
    } else this.#takeHeader(block)
  }

  #takeHeader(block: Buffer): void {
    const header = parseTarHeader(block)
    if (typeof header === 'string') return this.#events.refuse(header)
    const { kind, size } = header
    const padding = (BLOCK - (size % BLOCK)) % BLOCK
    const isLong = kind === 'longName' || kind === 'longLink'
    this.#headers += BLOCK + (isLong ? size + padding : 0)
    if (this.#headers > this.#mostHeaders)
      this.#events.refuse(`it holds more than ${this.#mostHeaders} bytes of headers`)
    if (isLong) {
      if (size > LONGEST_NAME + 1) this.#events.refuse('it holds a name that is too long')
      if (size === 0) this.#events.refuse('it holds an entry without a name')
      if (this.#long[kind === 'longName' ? 'name' : 'target'] !== undefined)
        this.#events.refuse('an entry has two names')
      this.#state = { at: 'body', left: size, padding, long: { kind, bytes: [] } }
      return
    }
    this.#events.onEntry(this.#lengthen(header, kind))
    if (size > 0) this.#state = { at: 'body', left: size, padding, long: undefined }
    else this.#events.onEntryEnd()
  }

  /** With the names that stood before it. Those in the header have to be their beginnings: some programs know no others. */
  #lengthen(header: TarHeader, kind: TarEntry['kind']): TarEntry {
    const { name = header.name, target = header.target } = this.#long
    const isShortened =
      this.#long.name === undefined || (name.startsWith(header.name) && Buffer.byteLength(header.name) >= SHORTENED)
    const hasTarget = this.#long.target === undefined || (kind === 'link' && target.startsWith(header.target))
    if (!isShortened || !hasTarget) this.#events.refuse('an entry has two names')
    this.#long = {}
    return { ...header, kind, name, target }
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
    if (bytes.indexOf(0) !== bytes.length - 1) this.#events.refuse('it holds a name that does not end with its NUL')
    const text = decode(bytes.subarray(0, -1))
    if (text === undefined) return this.#events.refuse('it holds a name that is no UTF-8')
    this.#long = long.kind === 'longName' ? { ...this.#long, name: text } : { ...this.#long, target: text }
  }
}
