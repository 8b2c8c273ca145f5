import { once } from 'node:events'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { errors } from '../errors.ts'
import type { Answer, Request } from './protocol.ts'

/**
 * Asks the launcher whose socket stands at a path. Throws SUPERVISE_NOT_RUNNING when nobody answers there. There is no
 * time limit of its own: `restart` is answered when the new process is ready, which the launcher limits.
 */
export async function askLauncher(path: string, request: Request): Promise<Answer> {
  return (await askOnSocket(path, request)) as Answer
}

/** One question and its answer. What answers is a process of this user's: only this user can open the socket. */
export async function askOnSocket(path: string, request: unknown): Promise<unknown> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    socket.write(`${JSON.stringify(request)}\n`)
    for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) return JSON.parse(line)
  } catch (cause) {
    throw errors.SUPERVISE_NOT_RUNNING({ folder: dirname(path) }, { cause })
  } finally {
    socket.destroy()
  }
  throw errors.SUPERVISE_NOT_RUNNING({ folder: dirname(path) })
}
