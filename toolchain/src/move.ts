import { randomBytes } from 'node:crypto'
import { cp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Takes a folder away: moved aside by one rename. Where a file system cannot rename it (EXDEV), it is removed where it
 * stands, file by file: overlayfs, as in a container made from an image that holds a prefix, and a `tmp` of its own.
 * What is not there is no fault.
 */
export async function takeAway(folder: string, aside: string): Promise<void> {
  try {
    await rename(folder, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    if (codeOf(error) !== 'EXDEV') throw error
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Puts `fresh` in the place of `folder`. It is brought beside it first, by a copy where it cannot be renamed, so that the
 * folder is away for as short a time as the file system allows.
 */
export async function exchange(folder: string, fresh: string, aside: string): Promise<void> {
  const beside = join(dirname(folder), `.${basename(folder)}.${process.pid}-${randomBytes(4).toString('hex')}`)
  try {
    await rename(fresh, beside).catch(async (error: unknown) => {
      if (codeOf(error) !== 'EXDEV') throw error
      await cp(fresh, beside, { recursive: true, verbatimSymlinks: true })
    })
    await takeAway(folder, aside)
    await rename(beside, folder)
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
