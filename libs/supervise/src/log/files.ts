import { closeSync, fstatSync, fsync, openSync, readdirSync, readSync, renameSync, statSync, unlinkSync } from 'node:fs'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a log writer does with the files of its folder. All but `sync` are done when they return. */
export type LogFiles = {
  /** Opens `current` to append to it, making it where there is none. */
  open(): number
  /** How many bytes were written, which can be fewer. */
  write(fd: number, bytes: Uint8Array): number
  stat(fd: number): { readonly size: number; readonly file: number; readonly changed: number }
  /** The first bytes of a file, and its last one. */
  ends(fd: number): { readonly first: string; readonly last: number | undefined }
  close(fd: number): void
  /** Waits until a file's bytes are on the disk. */
  sync(fd: number): Promise<void>
  /** Puts `current` aside. */
  rename(name: string): void
  remove(name: string): void
  list(): readonly { readonly name: string; readonly size: number }[]
}

export const CURRENT = 'current'

/** The real files of a folder. */
export function createLogFiles(folder: string): LogFiles {
  return {
    // Readable too, for its ends; appended to, so that a file that somebody has emptied has no hole.
    open: () => openSync(join(folder, CURRENT), 'a+', 0o640),
    write: (fd, bytes) => writeSync(fd, bytes),
    stat: (fd) => {
      const { size, ino, mtimeMs } = fstatSync(fd)
      return { size, file: ino, changed: mtimeMs * 1000 }
    },
    ends: (fd) => {
      const { size } = fstatSync(fd)
      const first = Buffer.alloc(64)
      const last = Buffer.alloc(1)
      const length = readSync(fd, first, 0, first.length, 0)
      if (size > 0) readSync(fd, last, 0, 1, size - 1)
      return { first: first.toString('latin1', 0, length), last: size > 0 ? last[0] : undefined }
    },
    close: closeSync,
    sync: promisify(fsync),
    rename: (name) => renameSync(join(folder, CURRENT), join(folder, name)),
    remove: (name) => unlinkSync(join(folder, name)),
    list: () =>
      readdirSync(folder).flatMap((name) => {
        const stat = statSync(join(folder, name), { throwIfNoEntry: false })
        return stat === undefined ? [] : [{ name, size: stat.size }]
      }),
  }
}
