import { CurrentFile } from './current-file.ts'
import type { WriterClock } from './current-file.ts'
import type { LogFiles } from './files.ts'
import type { Inflight } from './inflight.ts'
import { completeEnd, LineFormatter } from './lines.ts'
import { removeOldest } from './make-room.ts'
import type { LogSettings } from './settings.ts'
import { formatStamp } from './stamp.ts'

export type WriterOptions = {
  readonly settings: LogSettings
  readonly inflight: Inflight
  readonly files: LogFiles
  readonly clock: WriterClock
  /** Hears that a file was put aside, and under which name. */
  readonly onArchive?: (name: string) => void
  /** Hears why nothing can be written, and, with undefined, that it can be again. */
  readonly onTrouble?: (reason: NodeJS.ErrnoException | undefined) => void
  /** Hears that there is room for more, after `advance` or `receive` has said that there is none. */
  readonly onRoom?: () => void
}

const NEWLINE = 0x0a

/** How long nothing is tried after a fault, and how long a line may stay incomplete before its beginning is written. */
const PAUSE = 1000

/**
 * Writes what stands in `inflight` to `current`, line by line, and puts `current` aside in time. While the disk takes nothing
 * it holds what it has and asks for no more, so that the pipe fills and the service waits: nothing is lost.
 */
export class LogWriter {
  readonly #options: WriterOptions
  readonly #formatter = new LineFormatter()
  readonly #current: CurrentFile
  /** What of the open batch has to be written yet. */
  #rest: Uint8Array | undefined
  #trouble: string | undefined
  #retry: Disposable | undefined
  #quiet: Disposable | undefined
  #received = 0

  constructor(options: WriterOptions) {
    this.#options = options
    const { settings, files, clock, onArchive } = options
    this.#current = new CurrentFile({ settings, files, clock, onArchive, onOld: () => this.rotate() })
  }

  /** Writes what is held, also what a writer before has left, and says whether there is room for more. */
  advance(): boolean {
    return this.#try(() => {
      this.#resume()
      for (;;) {
        this.#flush()
        const end = completeEnd(this.#options.inflight.held)
        if (end === 0) return
        this.#begin(end)
      }
    })
  }

  /** Takes the bytes that now stand in the inbox of `inflight`, and says whether there is room for more. */
  receive(length: number): boolean {
    this.#options.inflight.add(length)
    this.#received += 1
    return this.advance()
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
    if (this.#rest === undefined) this.#try(() => this.#current.putAside())
  }

  /** Writes what is left, half a line included, and waits for the disk. Says whether all stands there. */
  async finish(): Promise<boolean> {
    const isWritten = this.advance() && this.#writeHalfLine()
    this.#current.stopWatching()
    for (const timer of [this.#retry, this.#quiet]) timer?.[Symbol.dispose]()
    const isOnDisk = await this.#current.sync().then(
      () => true,
      () => false,
    )
    return isWritten && isOnDisk
  }

  #writeHalfLine(): boolean {
    return this.#try(() => {
      const { length } = this.#options.inflight.held
      if (this.#rest === undefined && length > 0) this.#begin(length)
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
        if (isFull(fault) && removeOldest(this.#options.files)) continue
        this.#tell(fault)
        this.#tryLater()
        return false
      }
    }
  }

  #tryLater(): void {
    this.#retry?.[Symbol.dispose]()
    this.#retry = this.#options.clock.setTimeout(() => {
      if (this.advance()) this.#options.onRoom?.()
    }, PAUSE)
  }

  #tell(fault: NodeJS.ErrnoException | undefined): void {
    if (this.#trouble === fault?.code) return
    this.#trouble = fault?.code
    this.#options.onTrouble?.(fault)
  }

  /** The batch that another writer has begun goes on where it ended, if the file is the one that it wrote to. */
  #resume(): void {
    const { batch } = this.#options.inflight
    if (!this.#current.isOpen) {
      this.#current.open()
      if (batch === undefined) this.#current.endHalfLine()
    }
    if (batch === undefined || this.#rest !== undefined) return
    const { file, size } = this.#current.open()
    const whole = this.#formatter.format(batch.bytes, formatStamp(batch.stamp, batch.time))
    const written = size - batch.size
    const isOurs = file === batch.file && written >= 0 && written <= whole.length
    if (!isOurs) this.#current.endHalfLine()
    this.#rest = isOurs ? whole.subarray(written) : whole
  }

  /** Opens a batch of the first `end` bytes that are held. */
  #begin(end: number): void {
    const { inflight, settings, clock } = this.#options
    const time = clock.now()
    const bytes = inflight.held.subarray(0, end)
    const whole = this.#formatter.format(bytes, formatStamp(settings.stamp, time))
    const { file, size } = this.#current.prepare(whole.length, time)
    inflight.open(end, { stamp: settings.stamp, time, file, size })
    this.#rest = whole
  }

  #flush(): void {
    if (this.#rest === undefined) return
    while (this.#rest.length > 0) this.#rest = this.#rest.subarray(this.#current.append(this.#rest))
    this.#rest = undefined
    this.#options.inflight.close()
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

/** The disk, or what this user may have of it. */
function isFull({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT'
}
