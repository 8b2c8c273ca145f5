import { formatArchiveName } from './archive-name.ts'
import type { LogFiles } from './files.ts'
import { removeSurplus } from './make-room.ts'
import { archivesOf, planArchiveTime, settleBirth, shouldRotate } from './rotation.ts'
import type { LogSettings } from './settings.ts'
import { parseStamp } from './stamp.ts'

export type WriterClock = {
  /** Wall time in microseconds since 1970. */
  now(): number
  setTimeout(callback: () => void, ms: number): Disposable
}

export type CurrentFileOptions = {
  readonly settings: LogSettings
  readonly files: LogFiles
  readonly clock: WriterClock
  /** Hears that a file was put aside, and under which name. */
  readonly onArchive?: ((name: string) => void) | undefined
  /** Hears, while no line comes, that it is old enough to be put aside. */
  readonly onOld: () => void
}

type OpenFile = { readonly fd: number; readonly file: number; size: number; birth: number }

const NEWLINE = 0x0a

/** The shortest time until its age is looked at again. */
const PAUSE = 1000

/** The longest time a timer of Node can have. */
const LONGEST = 2 ** 31 - 1

/** The file `current` of a log: what is added to it, and when it is put aside. What the system refuses is thrown. */
export class CurrentFile {
  readonly #options: CurrentFileOptions
  #open: OpenFile | undefined
  #age: Disposable | undefined

  constructor(options: CurrentFileOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** Its inode and its size; opened or made where that was not done yet. */
  open(): { readonly file: number; readonly size: number } {
    return this.#opened()
  }

  /** Makes way for so many bytes more, the first of which were read at `time`. Says where they go, as `open` does. */
  prepare(more: number, time: number): { readonly file: number; readonly size: number } {
    if (this.#isDue(more)) this.putAside()
    const open = this.#opened()
    if (open.size === 0) {
      open.birth = time
      this.#watchAge()
    }
    return open
  }

  /** How many of the bytes were written, which can be fewer. */
  append(bytes: Uint8Array): number {
    const open = this.#opened()
    const written = this.#options.files.write(open.fd, bytes)
    open.size += written
    return written
  }

  /** Ends half a line that nobody has the rest of. */
  endHalfLine(): void {
    const { fd, size } = this.#opened()
    if (size > 0 && this.#options.files.ends(fd).last !== NEWLINE) this.append(Uint8Array.of(NEWLINE))
  }

  /** Gives it the name of an archive, if it holds anything, and removes the archives that are too many. */
  putAside(): void {
    const { files, settings, clock, onArchive } = this.#options
    if (this.#open === undefined || this.#open.size === 0) return
    const name = formatArchiveName(settings.stamp, planArchiveTime(archivesOf(files.list()), clock.now()))
    files.rename(name)
    const { fd } = this.#open
    this.#open = undefined
    this.stopWatching()
    void files
      .sync(fd)
      .catch(() => undefined)
      .then(() => files.close(fd))
    removeSurplus(files, settings)
    onArchive?.(name)
    this.#opened()
  }

  /** Waits until it is on the disk. */
  async sync(): Promise<void> {
    if (this.#open !== undefined) await this.#options.files.sync(this.#open.fd)
  }

  /** Its age is no longer looked at while no line comes. */
  stopWatching(): void {
    this.#age?.[Symbol.dispose]()
    this.#age = undefined
  }

  #opened(): OpenFile {
    if (this.#open !== undefined) return this.#open
    const { files, clock } = this.#options
    const fd = files.open()
    const { size, file, changed } = files.stat(fd)
    const birth = parseStamp(files.ends(fd).first) ?? (size === 0 ? clock.now() : changed)
    this.#open = { fd, file, size, birth }
    if (size > 0) this.#watchAge()
    return this.#open
  }

  #isDue(more: number): boolean {
    if (this.#open === undefined) return false
    const { settings, clock } = this.#options
    const now = clock.now()
    this.#open.birth = settleBirth(this.#open.birth, now)
    return shouldRotate(this.#open, more, { rotation: settings, now })
  }

  #watchAge(): void {
    if (this.#open === undefined) return
    const { settings, clock, onOld } = this.#options
    this.stopWatching()
    const left = settings.age - (clock.now() - settleBirth(this.#open.birth, clock.now())) / 1000
    const ring = (): void => (this.#isDue(0) ? onOld() : this.#watchAge())
    this.#age = clock.setTimeout(ring, Math.min(Math.max(left, PAUSE), LONGEST))
  }
}
