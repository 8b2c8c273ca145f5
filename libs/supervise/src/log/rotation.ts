import { parseArchiveName } from './archive-name.ts'
import type { ArchiveName } from './archive-name.ts'

/** When `current` is put aside, and how much is kept. Sizes in bytes, times in milliseconds. */
export type Rotation = { readonly size: number; readonly age: number; readonly keep: number }

export type Current = {
  readonly size: number
  /** When its first line was written, in microseconds since 1970. */
  readonly birth: number
}

export type Archive = ArchiveName & { readonly size: number }

/** Whether `current` is put aside before so many bytes more are written. An empty one never is. */
export function shouldRotate(current: Current, more: number, { rotation, now }: { rotation: Rotation; now: number }) {
  if (current.size === 0) return false
  return current.size + more > rotation.size || now - current.birth >= rotation.age * 1000
}

/** A birth that lies ahead is that of a clock that has jumped back: the file then counts as born now. */
export function settleBirth(birth: number, now: number): number {
  return Math.min(birth, now)
}

/** The time that names a file put aside now: later than that of every other one, whatever the clock says. */
export function planArchiveTime(archives: readonly ArchiveName[], now: number): number {
  return Math.max(now, ...archives.map(({ micros }) => micros + 1))
}

/** The archives among the files of a folder, the oldest first. */
export function archivesOf(files: readonly { readonly name: string; readonly size: number }[]): readonly Archive[] {
  return files
    .flatMap(({ name, size }) => {
      const parsed = parseArchiveName(name)
      return parsed === undefined ? [] : [{ ...parsed, size }]
    })
    .sort((one, other) => one.micros - other.micros || Number(one.isCompressed) - Number(other.isCompressed))
}

/**
 * Which archives go, the oldest first, so that all that is kept stays within `keep`: two files' worth of room are left, one
 * for `current` and one for the copy that is made while a file is compressed.
 */
export function planRemoval(archives: readonly Archive[], { keep, size }: Rotation): readonly Archive[] {
  const room = keep - 2 * size
  const sizes = archives.reduce((sum, archive) => sum + archive.size, 0)
  const state = { sizes }
  return archives.filter((archive) => {
    if (state.sizes <= room) return false
    state.sizes -= archive.size
    return true
  })
}
