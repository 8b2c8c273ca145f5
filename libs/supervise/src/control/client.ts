import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { errors } from '../errors.ts'
import { parseAnswer } from './protocol.ts'
import type { Answer, Request } from './protocol.ts'

/**
 * Asks the launcher whose socket stands at a path. Throws SUPERVISE_NOT_RUNNING when nobody answers there. There is no
 * time limit of its own: `restart` is answered when the new process is ready, which the launcher limits.
 */
export async function askLauncher(path: string, request: Request): Promise<Answer> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    socket.write(`${JSON.stringify(request)}\n`)
    for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) return parseAnswer(line)
  } catch (cause) {
    throw errors.SUPERVISE_NOT_RUNNING({ folder: path }, { cause })
  } finally {
    socket.destroy()
  }
  throw errors.SUPERVISE_NOT_RUNNING({ folder: path })
}
