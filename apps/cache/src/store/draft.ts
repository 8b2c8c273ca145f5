import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { removeFile } from './bodies.ts'

export type Draft = {
  readonly path: string
  /** Hex SHA-256, and bytes. */
  readonly sha: string
  readonly size: number
}

/** Where drafts are written; tests have one that fails. */
export type OpenDraft = (path: string) => Promise<DraftFile>
export type DraftFile = {
  write(bytes: Uint8Array): Promise<unknown>
  sync(): Promise<void>
  close(): Promise<void>
}

/** Creates a file that nobody else has. */
export const openDraft: OpenDraft = async (path) => {
  const handle = await open(path, 'wx', 0o600)
  return {
    write: (bytes) => handle.writeFile(bytes),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  }
}

/** Writes what comes to a file of its own, to the disk itself, and says what it is. On any fault the file is gone. */
export async function writeDraft(
  source: AsyncIterable<Uint8Array>,
  path: string,
  openFile: OpenDraft = openDraft,
): Promise<Draft> {
  const file = await openFile(path)
  try {
    const hash = createHash('sha256')
    let size = 0
    try {
      for await (const chunk of source) {
        hash.update(chunk)
        size += chunk.length
        await file.write(chunk)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    return { path, sha: hash.digest('hex'), size }
  } catch (error) {
    removeFile(path)
    throw error
  }
}
