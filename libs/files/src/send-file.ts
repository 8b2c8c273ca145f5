import type { ServerResponse } from 'node:http'
import { Chunks } from './chunks.ts'
import { createRead } from './create-read.ts'
import type { Read } from './create-read.ts'

const chunks = new Chunks()

export type Part = {
  /** Of an open file, which stays open. */
  readonly descriptor: number
  /** Bytes from which, and before which. */
  readonly from: number
  readonly to: number
}

/**
 * Sends a part of a file as the rest of an answer whose head is written, as fast as the client takes it: one piece of memory for
 * each answer. With callbacks, because a promise of node for each read would be half of what it costs. Resolves when all has gone out, or
 * nobody takes it any more; an answer whose file is shorter, or cannot be read, is cut.
 */
export function sendFile(response: ServerResponse, { descriptor, from, to }: Part): Promise<void> {
  // Its `close` has been, and comes no second time.
  if (response.destroyed) return Promise.resolve()
  const chunk = chunks.take()
  const state = { at: from }
  const readNext = createRead(descriptor)
  return new Promise((resolve) => {
    const cut = (): void => {
      chunks.lose(chunk)
      resolve()
    }
    const next = (): void => {
      if (response.destroyed) return
      if (state.at < to) {
        readNext(chunk.subarray(0, to - state.at), state.at, send)
        return
      }
      response.off('close', cut)
      response.end()
      chunks.give(chunk)
      resolve()
    }
    const send: Read = (error, bytes) => {
      state.at += bytes
      if (error === null && bytes > 0) response.write(chunk.subarray(0, bytes), next)
      else response.destroy()
    }
    response.once('close', cut)
    next()
  })
}
