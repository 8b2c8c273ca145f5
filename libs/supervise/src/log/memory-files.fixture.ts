import type { LogFiles } from './files.ts'

type MemoryFile = { file: number; bytes: Buffer }

/** A folder in memory, whose writes a test can cut, refuse, or end the "process" in. */
export class MemoryFiles implements LogFiles {
  readonly contents = new Map<string, MemoryFile>()
  /** Asked before each write: how many bytes of it are written. What it throws, the write throws. */
  limit: (length: number) => number = (length) => length
  #made = 0
  readonly #open: MemoryFile[] = []

  open(): number {
    const found = this.contents.get('current') ?? { file: ++this.#made, bytes: Buffer.alloc(0) }
    this.contents.set('current', found)
    return this.#open.push(found) - 1
  }

  write(fd: number, bytes: Uint8Array): number {
    const file = this.#at(fd)
    const written = this.limit(bytes.length)
    file.bytes = Buffer.concat([file.bytes, bytes.subarray(0, written)])
    return written
  }

  stat(fd: number) {
    const { file, bytes } = this.#at(fd)
    return { file, size: bytes.length, changed: 0 }
  }

  ends(fd: number) {
    const { bytes } = this.#at(fd)
    return { first: bytes.toString('latin1', 0, 64), last: bytes.at(-1) }
  }

  close(): void {
    // Nothing is held.
  }

  sync(): Promise<void> {
    return Promise.resolve()
  }

  rename(name: string): void {
    const current = this.contents.get('current')
    if (current === undefined) throw new Error('there is no current')
    this.contents.delete('current')
    this.contents.set(name, current)
  }

  remove(name: string): void {
    this.contents.delete(name)
  }

  list() {
    return [...this.contents].map(([name, { bytes }]) => ({ name, size: bytes.length }))
  }

  /** Everything that was written, the oldest first. */
  get text(): string {
    const names = [...this.contents.keys()].sort(
      (one, other) => Number(one === 'current') - Number(other === 'current') || (one < other ? -1 : 1),
    )
    return names.map((name) => this.contents.get(name)?.bytes.toString() ?? '').join('')
  }

  #at(fd: number): MemoryFile {
    const file = this.#open[fd]
    if (file === undefined) throw new Error(`${fd} is not open`)
    return file
  }
}

/** What the system says when it refuses. */
export function refusal(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused, write`), { code, syscall: 'write' })
}
