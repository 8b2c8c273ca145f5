import { constants, fstatSync, openSync, readSync } from 'node:fs'
import { Socket } from 'node:net'

export type InputOptions = {
  /** Where every read goes. */
  readonly inbox: Buffer
  /** Bytes stand there now. False: no more until `resume`. */
  readonly onBytes: (length: number) => boolean
  /** Nobody writes any more, or reading failed. */
  readonly onEnd: (error?: Error) => void
}

/** Standard input as a log writer reads it, from the first `resume` on: straight to the memory that outlives it, and never ahead of what is written. */
export type Input = {
  resume(): void
  /**
   * Stops. `onBytes` gets what stands in the pipe now before this returns, as far as there is room. Says whether nothing is
   * left there; while something is, it can be asked again.
   */
  drain(isRoom: boolean): boolean
}

/** What a pipe holds at most on Linux unless root says otherwise: who is told to end reads no more than that. */
const PIPE_BYTES = 1_048_576

export function openInput(fd: number, options: InputOptions): Input {
  const stat = fstatSync(fd)
  return stat.isFIFO() || stat.isSocket() ? openPipe(fd, options) : openFile(fd, options)
}

/**
 * A reader that does not wait needs a flag that belongs to everybody who has this descriptor. Where the pipe was opened once
 * for both its ends, the service would have it too, and lose lines that its pipe has no room for. Linux opens a pipe anew; that
 * has to be done while somebody could write to it, or its end is never seen.
 */
export function ownDescriptor(fd: number): number {
  if (!fstatSync(fd).isFIFO()) return fd
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return fd
  }
}

function openPipe(fd: number, { inbox, onBytes, onEnd }: InputOptions): Input {
  const state = { isStopped: false, isAtEnd: false }
  const end = (error?: Error): void => {
    if (state.isAtEnd) return
    state.isAtEnd = true
    if (!state.isStopped) onEnd(error)
  }
  const socket = new Socket({
    fd,
    readable: true,
    writable: false,
    onread: { buffer: inbox, callback: (length) => !state.isStopped && onBytes(length) },
  })
  // A new one reads at once.
  socket.pause()
  socket.once('error', end).once('end', () => end())
  return {
    resume: () => void socket.resume(),
    drain: (isRoom) => {
      socket.pause()
      state.isStopped = true
      // The descriptor of a pipe that is at its end may be another file's by now.
      return state.isAtEnd || (isRoom && drain(fd, inbox, onBytes))
    },
  }
}

function drain(fd: number, inbox: InputOptions['inbox'], onBytes: InputOptions['onBytes']): boolean {
  for (let taken = 0; taken <= PIPE_BYTES;) {
    const length = readNow(fd, inbox)
    if (length === 0) return true
    if (!onBytes(length)) return false
    taken += length
  }
  return false
}

/** 0 where there is nothing, now or ever. */
function readNow(fd: number, space: Uint8Array): number {
  try {
    return readSync(fd, space)
  } catch {
    return 0
  }
}

/** A file, or a device: what has no end but its own, and keeps what is not read. */
function openFile(fd: number, { inbox, onBytes, onEnd }: InputOptions): Input {
  const state = { isOver: false }
  const next = (): void => {
    if (state.isOver) return
    const length = readNow(fd, inbox)
    if (length === 0) onEnd()
    else if (onBytes(length)) setImmediate(next)
  }
  const stop = (): true => (state.isOver = true)
  return { resume: next, drain: stop }
}
