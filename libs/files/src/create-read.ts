import { read, readSync } from 'node:fs'

/** Milliseconds within which the system copies a piece that it has in its memory; what takes longer comes from a disk. */
const COPIED = 3

export type Read = (error: Error | null, bytes: number) => void

/**
 * Reads at once as long as the system has the file in its memory: the way to another thread and back takes longer than to copy a
 * piece. From the first piece on that comes from a disk, other threads wait for it.
 */
export function createRead(
  descriptor: number,
  now = () => performance.now(),
): (room: Buffer, at: number, done: Read) => void {
  const state = { isSlow: false }
  return (room, at, done) => {
    if (state.isSlow) {
      read(descriptor, room, 0, room.length, at, done)
      return
    }
    const start = now()
    const { error, bytes } = readNow(descriptor, room, at)
    state.isSlow = now() - start > COPIED
    done(error, bytes)
  }
}

function readNow(descriptor: number, room: Buffer, at: number): { error: Error | null; bytes: number } {
  try {
    return { error: null, bytes: readSync(descriptor, room, 0, room.length, at) }
  } catch (error) {
    return { error: error as Error, bytes: 0 }
  }
}
