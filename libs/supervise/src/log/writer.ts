import { formatArchiveName } from './archive-name.ts'
import type { LogFiles } from './files.ts'
import type { Inflight } from './inflight.ts'
import { completeEnd, LineFormatter } from './lines.ts'
import { archivesOf, planArchiveTime, planRemoval, settleBirth, shouldRotate } from './rotation.ts'
import type { Archive, Rotation } from './rotation.ts'
import { formatStamp, parseStamp } from './stamp.ts'
import type { Stamp } from './stamp.ts'

export type LogSettings = Rotation & { readonly stamp: Stamp }

export type WriterClock = {
  /** Wall time in microseconds since 1970. */
  now(): number
  setTimeout(callback: () => void, ms: number): Disposable
}

export type WriterOptions = {
  readonly settings: LogSettings
  readonly inflight: Inflight
  readonly files: LogFiles
  readonly clock: WriterClock
  /** Hears that a file was put aside, and under which name. */
  readonly onArchive?: (name: string) => void
  /** Hears why nothing can be written, and, with undefined, that it can be again. */
  readonly onTrouble?: (reason: NodeJS.ErrnoException | undefined) => void
  /** Hears that there is room for more, after `receive` has said that there is none. */
  readonly onRoom?: () => void
}

type CurrentFile = { readonly fd: number; readonly file: number; size: number; birth: number }

/** How long nothing is tried after a fault, and how long a line may stay incomplete before its beginning is written. */
const PAUSE = 1000

/** The longest time a timer of Node can have. */
const LONGEST = 2 ** 31 - 1

/**
 * Writes what stands in `inflight` to `current`, line by line, and puts `current` aside in time. While the disk takes nothing
 * it holds what it has and asks for no more, so that the pipe fills and the service waits: nothing is lost.
 */
export class LogWriter {
  readonly #options: WriterOptions
  readonly #formatter = new LineFormatter()
  #current: CurrentFile | undefined
  /** What of the open batch has to be written yet. */
  #rest: Uint8Array | undefined
  #trouble: string | undefined
  #retry: Disposable | undefined
  #quiet: Disposable | undefined
  #received = 0
  #age: Disposable | undefined

  constructor(options: WriterOptions) {
    this.#options = options
  }

  /** Writes what a writer before has left, and says whether there is room for more. */
  start(): boolean {
    return this.#advance()
  }

  /** Takes the bytes that now stand in the inbox of `inflight`, and says whether there is room for more. */
  receive(length: number): boolean {
    this.#options.inflight.add(length)
    this.#received += 1
    return this.#advance()
  }

  /** Ends the line that was begun: its writer is gone. */
  endLine(): void {
    const { inflight } = this.#options
    if (inflight.held.length === 0) return
    inflight.inbox[0] = NEWLINE
    this.receive(1)
  }

  /** Puts `current` aside now, if it holds anything. */
  rotate(): void {
    if (this.#rest !== undefined || this.#current === undefined || this.#current.size === 0) return
    this.#try(() => this.#putAside())
  }

  /** Writes what is left, half a line included, and waits for the disk. Says whether all could be written. */
  async finish(): Promise<boolean> {
    for (const timer of [this.#retry, this.#quiet, this.#age]) timer?.[Symbol.dispose]()
    const isWritten = this.#advance() && this.#writeHalfLine()
    this.#quiet?.[Symbol.dispose]()
    this.#age?.[Symbol.dispose]()
    this.#retry?.[Symbol.dispose]()
    if (this.#current !== undefined) await this.#options.files.sync(this.#current.fd)
    return isWritten
  }

  #advance(): boolean {
    return this.#try(() => {
      this.#resume()
      for (;;) {
        this.#flush()
        const end = completeEnd(this.#options.inflight.held)
        if (end === 0) return
        this.#open(end)
      }
    })
  }

  #writeHalfLine(): boolean {
    return this.#try(() => {
      const { length } = this.#options.inflight.held
      if (this.#rest === undefined && length > 0) this.#open(length)
      this.#flush()
    })
  }

  /** Does it, again where that makes sense, or leaves it for later. */
  #try(act: () => void): boolean {
    for (;;) {
      try {
        act()
        this.#tell(undefined)
        this.#watchHalfLine()
        return true
      } catch (error) {
        const fault = error as NodeJS.ErrnoException
        // What the system refuses may pass; a fault of our own would not.
        if (fault.code === undefined || fault.syscall === undefined) throw error
        if (isFull(fault) && this.#removeOldest()) continue
        this.#tell(fault)
        this.#tryLater()
        return false
      }
    }
  }

  #tryLater(): void {
    this.#retry?.[Symbol.dispose]()
    this.#retry = this.#options.clock.setTimeout(() => {
      if (this.#advance()) this.#options.onRoom?.()
    }, PAUSE)
  }

  #tell(fault: NodeJS.ErrnoException | undefined): void {
    if (this.#trouble === fault?.code) return
    this.#trouble = fault?.code
    this.#options.onTrouble?.(fault)
  }

  /** The batch that another writer has begun goes on where it ended, if the file is the one that it wrote to. */
  #resume(): void {
    const { inflight } = this.#options
    if (this.#current === undefined) this.#openCurrent()
    const { batch } = inflight
    if (batch === undefined || this.#rest !== undefined || this.#current === undefined) return
    const whole = this.#formatter.format(batch.bytes, formatStamp(batch.stamp, batch.time))
    const written = this.#current.size - batch.size
    const isOurs = this.#current.file === batch.file && written >= 0 && written <= whole.length
    if (!isOurs) this.#closeHalfLine()
    this.#rest = isOurs ? whole.subarray(written) : whole
  }

  #open(end: number): void {
    const { inflight, settings, clock } = this.#options
    const time = clock.now()
    const bytes = inflight.held.subarray(0, end)
    const whole = this.#formatter.format(bytes, formatStamp(settings.stamp, time))
    if (this.#isDue(whole.length)) this.#putAside()
    const current = this.#current ?? this.#openCurrent()
    if (current.size === 0) current.birth = time
    inflight.open(end, { stamp: settings.stamp, time, file: current.file, size: current.size })
    this.#rest = whole
    if (current.size === 0) this.#watchAge()
  }

  #flush(): void {
    const { files, inflight } = this.#options
    if (this.#rest === undefined || this.#current === undefined) return
    while (this.#rest.length > 0) {
      const written = files.write(this.#current.fd, this.#rest)
      this.#current.size += written
      this.#rest = this.#rest.subarray(written)
    }
    this.#rest = undefined
    inflight.close()
  }

  #openCurrent(): CurrentFile {
    const { files, inflight, clock } = this.#options
    const fd = files.open()
    const { size, file, changed } = files.stat(fd)
    const { first, last } = files.ends(fd)
    this.#current = { fd, file, size, birth: parseStamp(first) ?? (size === 0 ? clock.now() : changed) }
    if (last !== undefined && last !== NEWLINE && inflight.batch === undefined) this.#closeHalfLine()
    if (size > 0) this.#watchAge()
    return this.#current
  }

  /** Half a line that nobody has the rest of. */
  #closeHalfLine(): void {
    const { files } = this.#options
    if (this.#current === undefined || files.ends(this.#current.fd).last === NEWLINE || this.#current.size === 0) return
    this.#current.size += files.write(this.#current.fd, Uint8Array.of(NEWLINE))
  }

  #putAside(): void {
    const { files, settings, clock, onArchive } = this.#options
    if (this.#current === undefined) return
    const name = formatArchiveName(settings.stamp, planArchiveTime(this.#archives, clock.now()))
    files.rename(name)
    const { fd } = this.#current
    this.#current = undefined
    this.#age?.[Symbol.dispose]()
    void files
      .sync(fd)
      .catch(() => undefined)
      .then(() => files.close(fd))
    for (const archive of planRemoval(this.#archives, settings)) remove(files, archive)
    onArchive?.(name)
    this.#openCurrent()
  }

  get #archives(): readonly Archive[] {
    return archivesOf(this.#options.files.list())
  }

  #removeOldest(): boolean {
    const [oldest] = this.#archives
    return oldest !== undefined && remove(this.#options.files, oldest)
  }

  #isDue(more: number): boolean {
    if (this.#current === undefined) return false
    const { settings, clock } = this.#options
    const now = clock.now()
    this.#current.birth = settleBirth(this.#current.birth, now)
    return shouldRotate(this.#current, more, { rotation: settings, now })
  }

  /** Also while no line comes, `current` is put aside when it is old enough. */
  #watchAge(): void {
    const { settings, clock } = this.#options
    if (this.#current === undefined) return
    this.#age?.[Symbol.dispose]()
    const left = settings.age - (clock.now() - settleBirth(this.#current.birth, clock.now())) / 1000
    const ring = (): void => {
      if (this.#isDue(0)) this.rotate()
      else this.#watchAge()
    }
    this.#age = clock.setTimeout(ring, Math.min(Math.max(left, PAUSE), LONGEST))
  }

  /** The beginning of a line that nothing was added to for a while is written, so that it can be seen. */
  #watchHalfLine(): void {
    const isHalf = this.#options.inflight.held.length > 0
    if (isHalf === (this.#quiet !== undefined)) return
    this.#quiet?.[Symbol.dispose]()
    this.#quiet = undefined
    if (!isHalf) return
    const before = this.#received
    this.#quiet = this.#options.clock.setTimeout(() => {
      this.#quiet = undefined
      if (before === this.#received) this.#writeHalfLine()
      else this.#watchHalfLine()
    }, PAUSE)
  }
}

const NEWLINE = 0x0a

/** The disk, or what this user may have of it. */
function isFull({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function remove(files: LogFiles, { name }: Archive): boolean {
  try {
    files.remove(name)
    return true
  } catch {
    return false
  }
}
