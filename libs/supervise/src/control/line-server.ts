import { chmod, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { errors } from '../errors.ts'
import { makeOwnFolder } from './own-folder.ts'

/** Milliseconds in which a client that has been told goodbye may leave. */
const GOODBYE = 1_000

/**
 * Answers lines on a local socket that only this user can open, one after the other on each connection. Throws
 * SUPERVISE_ALREADY_RUNS when somebody answers there, SUPERVISE_FOLDER_OF_OTHERS; a socket whose owner has died is replaced.
 */
export async function serveLines(path: string, answer: (line: string) => Promise<unknown>): Promise<AsyncDisposable> {
  await makeOwnFolder(dirname(path))
  if (await somebodyAnswers(path)) throw errors.SUPERVISE_ALREADY_RUNS({ folder: dirname(path) })
  await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // Whoever leaves in the middle of an answer is no fault.
    converse(socket, answer).catch(() => socket.destroy())
  })
  server.listen(path)
  await once(server, 'listening')
  await chmod(path, 0o600)
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.end()
      // Whoever does not leave when told goodbye keeps nobody here.
      const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), GOODBYE)
      await closed
      clearTimeout(cut)
    },
  }
}

/** What the system says of a socket that nobody listens on any more, of a path without one, and of another file. */
const NOBODY: readonly (string | undefined)[] = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']

function somebodyAnswers(path: string): Promise<boolean> {
  const socket = connect(path)
  const answered = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(!NOBODY.includes(code)))
  })
  return answered.finally(() => socket.destroy())
}

/** What goes wrong in an answer is told. Rejects when the client has gone. */
async function converse(socket: Socket, answer: (line: string) => Promise<unknown>): Promise<void> {
  socket.on('error', () => undefined)
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    const given = await answer(line).catch((error: unknown) => ({ failed: (error as Error).message }))
    if (socket.writable) socket.write(`${JSON.stringify(given)}\n`)
  }
}
