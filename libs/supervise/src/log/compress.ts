import { open, readdir, rename, rm, utimes } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { parseArchiveName, PART } from './archive-name.ts'

/** What is read at once. */
const READ_BYTES = 65_536

/** Of 1 to 9: logs shrink to a tenth at each of them, and this one keeps up with more lines. */
const LEVEL = 3

/**
 * Compresses one file of a folder to `NAME.gz`, which has its time too. The new one is made aside, and the old one removed
 * only when the new one is on the disk under its name: whenever this ends, one of them is complete.
 */
export async function compressArchive(folder: string, name: string, signal?: AbortSignal): Promise<void> {
  const source = join(folder, name)
  const target = `${source}.gz`
  const part = `${target}${PART}`
  try {
    await using file = await open(source)
    const { atime, mtime } = await file.stat()
    await writeCompressed(file, part, signal)
    await utimes(part, atime, mtime)
    await rename(part, target)
    await syncFolder(folder)
    await rm(source)
  } catch (error) {
    await rm(part, { force: true })
    // Whoever makes room removes the oldest archives, also while they are compressed.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Through one buffer, used again and again: what a stream allocates for each read is more than the rest of the process. */
async function writeCompressed(source: FileHandle, part: string, signal?: AbortSignal): Promise<void> {
  const gzip = createGzip({ level: LEVEL })
  // Opened here: a stream that is broken off before it has opened its file would make it after it was removed.
  const target = await open(part, 'w', 0o640)
  // `flush` has the stream wait for the disk before it closes the file.
  const output = target.createWriteStream({ flush: true })
  const written = pipeline(gzip, output, { signal })
  const buffer = Buffer.alloc(READ_BYTES)
  const copy = async (): Promise<void> => {
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length)
      if (bytesRead === 0) break
      await write(gzip, buffer.subarray(0, bytesRead))
    }
    gzip.end()
  }
  await Promise.all([written, copy()])
}

/** Resolves when the bytes are taken, and the memory is free for others. */
function write(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

/** Finishes what a writer before has left: removes what is half made or stands there twice, and names what is to do. */
export async function resumeCompression(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  const isDone = (name: string): boolean => names.includes(`${name}.gz`)
  const isOpen = (name: string): boolean => parseArchiveName(name)?.isCompressed === false
  const isPart = (name: string): boolean =>
    name.endsWith(PART) && parseArchiveName(name.slice(0, -PART.length)) !== undefined
  for (const name of names.filter((each) => isPart(each) || (isOpen(each) && isDone(each)))) {
    await rm(join(folder, name), { force: true })
  }
  return names.filter((name) => isOpen(name) && !isDone(name)).sort()
}

/** Compresses one file after the other. What cannot be compressed stays as it is, until the next start. */
export class Compressor {
  readonly #folder: string
  readonly #onTrouble: (name: string, error: unknown) => void
  readonly #end = new AbortController()
  #queue: Promise<void>

  constructor(folder: string, onTrouble: (name: string, error: unknown) => void) {
    this.#folder = folder
    this.#onTrouble = onTrouble
    this.#queue = this.#resume()
  }

  add(name: string): void {
    this.#queue = this.#queue.then(() => this.#compress(name))
  }

  /** Stops at once: the next start goes on. */
  async stop(): Promise<void> {
    this.#end.abort()
    await this.#queue
  }

  async #resume(): Promise<void> {
    const names = await resumeCompression(this.#folder).catch(() => [])
    for (const name of names) await this.#compress(name)
  }

  async #compress(name: string): Promise<void> {
    const { signal } = this.#end
    if (signal.aborted) return
    await compressArchive(this.#folder, name, signal).catch((error: unknown) => {
      if (!signal.aborted) this.#onTrouble(name, error)
    })
  }
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder)
  // Some file systems know no such thing.
  await handle.sync().catch(() => undefined)
}
