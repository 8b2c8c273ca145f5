import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'

const NEWLINE = 0x0a
const CHUNK = 65_536

/** Reads whole lines from a file that others append to. */
export class LineReader {
  /** Its inode: what stays when it gets another name. */
  readonly file: number
  readonly #handle: FileHandle
  #position = 0

  private constructor(handle: FileHandle, file: number) {
    this.#handle = handle
    this.file = file
  }

  /** Undefined when there is no such file. */
  static async open(path: string): Promise<LineReader | undefined> {
    const handle = await openIfThere(path)
    return handle === undefined ? undefined : new LineReader(handle, (await handle.stat()).ino)
  }

  /** The last whole lines; what comes after them is read next. */
  async last(count: number): Promise<Buffer[]> {
    const end = await this.#lastNewline((await this.#handle.stat()).size)
    this.#position = end
    let tail = Buffer.alloc(0)
    for (let start = end; start > 0 && countLines(tail) <= count;) {
      const length = Math.min(Math.max(CHUNK, tail.length), start)
      start -= length
      tail = Buffer.concat([await this.#readAt(start, length), tail])
    }
    return count === 0 ? [] : splitLines(tail).slice(-count)
  }

  /** The whole lines that have come since. */
  async *read(): AsyncGenerator<Buffer, void, undefined> {
    const { size } = await this.#handle.stat()
    // Somebody has emptied it.
    if (size < this.#position) this.#position = 0
    let rest = Buffer.alloc(0)
    for (;;) {
      const chunk = await this.#readAt(this.#position + rest.length, CHUNK)
      if (chunk.length === 0) return
      const bytes = Buffer.concat([rest, chunk])
      const end = bytes.lastIndexOf(NEWLINE) + 1
      rest = bytes.subarray(end)
      for (const line of splitLines(bytes.subarray(0, end))) {
        this.#position += line.length
        yield line
      }
    }
  }

  /** Whether an archive is this file under another name, or was made of it by compressing, which keeps its time. */
  async isCopy(path: string): Promise<boolean> {
    const mine = await this.#handle.stat()
    for (const name of namesOf(path)) {
      const other = await stat(name).catch(() => undefined)
      if (other !== undefined) return other.ino === mine.ino || Math.abs(other.mtimeMs - mine.mtimeMs) < 1
    }
    return false
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  async #lastNewline(size: number): Promise<number> {
    for (let end = size; end > 0; end -= CHUNK) {
      const start = Math.max(0, end - CHUNK)
      const newline = (await this.#readAt(start, end - start)).lastIndexOf(NEWLINE)
      if (newline >= 0) return start + newline + 1
    }
    return 0
  }

  async #readAt(position: number, length: number): Promise<Buffer<ArrayBuffer>> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  }
}

/** All lines of an archive, compressed or not, or compressed since it was listed. None when it is gone. */
export async function* readArchive(folder: string, name: string): AsyncGenerator<Buffer, void, undefined> {
  const [plain, gz] = namesOf(join(folder, name))
  await using plainFile = await openIfThere(plain)
  await using gzFile = plainFile === undefined ? await openIfThere(gz) : undefined
  const source = (plainFile ?? gzFile)?.createReadStream({ autoClose: false })
  if (source === undefined) return
  let rest = Buffer.alloc(0)
  const bytes: AsyncIterable<Buffer> = plainFile === undefined ? source.pipe(createGunzip()) : source
  for await (const chunk of bytes) {
    const joined = Buffer.concat([rest, chunk])
    const end = joined.lastIndexOf(NEWLINE) + 1
    rest = joined.subarray(end)
    yield* splitLines(joined.subarray(0, end))
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.of(NEWLINE)])
}

/** What an archive is called before it is compressed, and after. */
function namesOf(path: string): [string, string] {
  const plain = path.replace(/\.gz$/, '')
  return [plain, `${plain}.gz`]
}

export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline + 1
    lines.push(bytes.subarray(start, end))
    start = end
  }
  return lines
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}
