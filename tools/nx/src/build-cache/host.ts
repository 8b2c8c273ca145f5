import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Question, Reply, Request } from './messages.ts'

/** This process's relay: asks it in its thread, which starts with the first question and does not keep the process. */
export type Host = (question: Question) => Promise<Reply>

let host: Host | undefined

/** Where Node keeps what it has compiled; as the tests do, see targets.ts. */
export const COMPILED: string = join(import.meta.dirname, '../../../../node_modules/.cache/node-compile')

/** One for each process: the daemon's runs share theirs. */
export function findHost(): Host {
  return (host ??= startHost(new URL('worker.js', import.meta.url), () => (host = undefined)))
}

/** `onEnd` is called when the thread has ended, which fails every question that waits. */
export function startHost(program: URL, onEnd: () => void): Host {
  // Its environment is empty, and so are the flags of Node that only a main thread takes.
  const worker = new Worker(program, { env: {}, execArgv: [], workerData: { compiled: COMPILED } })
  // Nothing that it has not been asked keeps the process.
  worker.unref()
  const waiting = new Map<number, PromiseWithResolvers<Reply>>()
  let count = 0
  const failAll = (reason: unknown): void => {
    onEnd()
    for (const { reject } of waiting.values()) reject(reason)
    waiting.clear()
  }
  worker.on('message', (reply: Reply) => {
    waiting.get(reply.number)?.resolve(reply)
    waiting.delete(reply.number)
    if (waiting.size === 0) worker.unref()
  })
  worker.on('error', failAll)
  worker.on('exit', () => failAll(new Error('The thread of the relay has ended.')))
  return async (question) => {
    const number = ++count
    const reply = Promise.withResolvers<Reply>()
    waiting.set(number, reply)
    worker.ref()
    worker.postMessage({ number, question } satisfies Request)
    return await reply.promise
  }
}
