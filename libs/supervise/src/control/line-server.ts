import { chmod, lstat, mkdir, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { errors } from '../errors.ts'

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
    void converse(socket, answer)
  })
  server.listen(path)
  await once(server, 'listening')
  await chmod(path, 0o600)
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.end()
      await closed
    },
  }
}

/** Somebody else's folder, or a link to one, is refused by the system or here: the socket would be theirs to replace. */
async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw errors.SUPERVISE_FOLDER_OF_OTHERS({ folder })
  await chmod(folder, 0o700)
}

/** A socket that nobody listens on any more refuses, as does a path without one. */
function somebodyAnswers(path: string): Promise<boolean> {
  const socket = connect(path)
  const answered = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  })
  return answered.finally(() => socket.destroy())
}

/** Whoever leaves in the middle of an answer is no fault. */
async function converse(socket: Socket, answer: (line: string) => Promise<unknown>): Promise<void> {
  socket.on('error', () => undefined)
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    const words = `${JSON.stringify(await answer(line))}\n`
    if (socket.writable) socket.write(words)
  }
}
