import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildStreams } from '../launcher/child.ts'

/**
 * The pipe between a service and its log writer, with a name, so that it outlives everybody: what has been written stays
 * in it while any of supervisor, service and writer has it open, and the next supervisor opens the same one.
 */
export class LogPipe implements Disposable {
  readonly #path: string
  readonly #errors: string
  /** While this is open no reader comes to an end and no writer is told that nobody reads. */
  readonly #kept: number

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, 'pipe')
    this.#errors = join(folder, 'errors')
    if (!isPipe(this.#path)) execFileSync('mkfifo', ['-m', '600', this.#path])
    this.#kept = openSync(this.#path, constants.O_RDWR)
  }

  /** For a service: its own opening of the pipe, because a program may change how one behaves for all who share it. */
  openForService(): ChildStreams {
    // Read and write: with the writer and the supervisor dead, it waits for the next ones instead of being ended by the pipe.
    const fd = openSync(this.#path, constants.O_RDWR)
    return { stdout: fd, stderr: fd, [Symbol.dispose]: () => closeSync(fd) }
  }

  /** For the log writer, which complains into a file of its own. */
  openForWriter(): ChildStreams {
    const stdin = openSync(this.#path, constants.O_RDONLY)
    const stderr = openSync(this.#errors, 'a', 0o600)
    const close = (): void => [stdin, stderr].forEach((fd) => closeSync(fd))
    return { stdin, stdout: stderr, stderr, [Symbol.dispose]: close }
  }

  [Symbol.dispose](): void {
    closeSync(this.#kept)
  }
}

function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true
}
