import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { dirname } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { errors } from '../errors.ts'
import { requireOwnFolder } from './own-folder.ts'
import type { Answer, Request } from './protocol.ts'

export type AskOptions = {
  /** Milliseconds for the answer. Without, as long as it takes: a restart is answered when the new process is ready. */
  readonly deadline?: number
}

/**
 * Asks the launcher whose socket stands at a path. Throws SUPERVISE_NOT_RUNNING when nobody answers there,
 * SUPERVISE_NO_ANSWER after the deadline, SUPERVISE_FOLDER_OF_OTHERS.
 */
export async function askLauncher(path: string, request: Request, options?: AskOptions): Promise<Answer> {
  return (await askOnSocket(path, request, options)) as Answer
}

/** One question and its answer, from a process of this user's. Throws what `askLauncher` throws. */
export async function askOnSocket(path: string, request: unknown, { deadline }: AskOptions = {}): Promise<unknown> {
  const folder = dirname(path)
  const socket = connect(path)
  const state = { isLate: false }
  const late = (): void => {
    state.isLate = true
    socket.destroy()
  }
  const timer = deadline === undefined ? undefined : setTimeout(late, deadline)
  try {
    await once(socket, 'connect')
    await requireOwnFolder(folder)
    socket.write(`${JSON.stringify(request)}\n`)
    return JSON.parse(await firstLine(socket))
  } catch (cause) {
    if (isMochiError(cause)) throw cause
    if ((cause as NodeJS.ErrnoException).code === 'EACCES')
      throw errors.SUPERVISE_FOLDER_OF_OTHERS({ folder }, { cause })
    if (state.isLate) throw errors.SUPERVISE_NO_ANSWER({ folder, deadline: deadline ?? 0 }, { cause })
    throw errors.SUPERVISE_NOT_RUNNING({ folder }, { cause })
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

/** Who answers may end in the middle of it. */
async function firstLine(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) {
    text += String(chunk)
    const end = text.indexOf('\n')
    if (end !== -1) return text.slice(0, end)
  }
  throw new Error('the answer is not complete')
}
