import { execFileSync } from 'node:child_process'
import { appendFileSync, closeSync, constants, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildStreams } from '../launcher/child.ts'

const ERRORS_BYTES = 65_536

/**
 * The pipe between a service and its log writer, with a name, so that it outlives everybody: what has been written stays
 * in it while any of supervisor, service and writer has it open, and the next supervisor opens the same one.
 */
export class LogPipe implements Disposable {
  readonly #path: string
  readonly #errors: string
  readonly #unwritten: string
  /** While this is open no reader comes to an end and no writer is told that nobody reads. */
  readonly #kept: number

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#path = join(folder, 'pipe')
    this.#errors = join(folder, 'errors')
    this.#unwritten = join(folder, 'unwritten')
    if (!isPipe(this.#path)) execFileSync('mkfifo', ['-m', '600', this.#path])
    this.#kept = openSync(this.#path, constants.O_RDWR)
  }

  /** For a service: its own opening of the pipe, because a program may change how one behaves for all who share it. */
  openForService(): ChildStreams {
    // Read and write: with the writer and the supervisor dead, it waits for the next ones instead of being ended by the pipe.
    const fd = openSync(this.#path, constants.O_RDWR)
    return { stdout: fd, stderr: fd, [Symbol.dispose]: () => closeSync(fd) }
  }

  /** For the log writer, which complains into a file of its own: begun anew when it is long, so that no writer that cannot run fills the disk. */
  openForWriter(): ChildStreams {
    using opened = new DisposableStack()
    const open = (path: string, flags: number): number =>
      opened.adopt(openSync(path, flags, 0o600), (fd) => closeSync(fd))
    const isLong = (statSync(this.#errors, { throwIfNoEntry: false })?.size ?? 0) > ERRORS_BYTES
    const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC, O_RDONLY } = constants
    const stderr = open(this.#errors, O_WRONLY | O_CREAT | O_APPEND | (isLong ? O_TRUNC : 0))
    const stdin = open(this.#path, O_RDONLY)
    const streams = opened.move()
    return { stdin, stdout: stderr, stderr, [Symbol.dispose]: () => streams.dispose() }
  }

  /** What nobody has read, into the file `unwritten` beside it, as it is: at the end of this process it would be gone. */
  keepRest(): void {
    const { O_RDONLY, O_NONBLOCK } = constants
    using opened = new DisposableStack()
    const fd = opened.adopt(openSync(this.#path, O_RDONLY | O_NONBLOCK), (each) => closeSync(each))
    const space = Buffer.alloc(ERRORS_BYTES)
    for (let length = readNow(fd, space); length > 0; length = readNow(fd, space))
      appendFileSync(this.#unwritten, space.subarray(0, length), { mode: 0o600 })
  }

  [Symbol.dispose](): void {
    closeSync(this.#kept)
  }
}

/** 0 where there is nothing now. */
function readNow(fd: number, space: Buffer): number {
  try {
    return readSync(fd, space)
  } catch {
    return 0
  }
}

function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true
}
