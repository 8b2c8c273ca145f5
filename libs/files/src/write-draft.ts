import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'

/** Where drafts are written; tests have one whose disk is full. */
export type OpenDraft = (path: string) => Promise<DraftFile>
export type DraftFile = {
  write(bytes: Uint8Array): Promise<unknown>
  sync(): Promise<void>
  close(): Promise<void>
}

/** A file that is whole, and not seen under its name yet. */
export type Draft<Algorithm extends string> = {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** In hex. */
  readonly digests: Readonly<Record<Algorithm, string>>
}

export type DraftOptions<Algorithm extends string> = {
  /** Digests to compute of what comes, by node's names of them. */
  readonly algorithms: readonly Algorithm[]
  readonly openFile?: OpenDraft
}

/** Creates a file that nobody else has, for its owner alone. */
export const openDraft: OpenDraft = async (path) => {
  const handle = await open(path, 'wx', 0o600)
  return {
    write: (bytes) => handle.writeFile(bytes),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  }
}

/** Writes what comes to a file of its own, to the disk itself, and says what it is. On any fault the file is gone. */
export async function writeDraft<Algorithm extends string>(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  path: string,
  { algorithms, openFile = openDraft }: DraftOptions<Algorithm>,
): Promise<Draft<Algorithm>> {
  const file = await openFile(path)
  const hashes = algorithms.map((algorithm) => [algorithm, createHash(algorithm)] as const)
  try {
    const size = await fill(file, source, hashes)
    const digests = Object.fromEntries(hashes.map(([algorithm, hash]) => [algorithm, hash.digest('hex')]))
    return { path, size, digests: digests as Record<Algorithm, string> }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

async function fill(
  file: DraftFile,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  hashes: readonly (readonly [string, Hash])[],
): Promise<number> {
  let size = 0
  try {
    for await (const chunk of source) {
      for (const [, hash] of hashes) hash.update(chunk)
      size += chunk.length
      await file.write(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return size
}
