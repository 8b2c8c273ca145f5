import { chmod, lstat, mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { errors } from '../errors.ts'
import type { Change, Launcher } from '../launcher/launcher.ts'
import { askLauncher } from './client.ts'
import { parseRequest } from './protocol.ts'
import type { Answer, Request } from './protocol.ts'

/**
 * Answers on a local socket that only this user can open. Throws SUPERVISE_ALREADY_RUNS when another launcher answers
 * there; a socket whose launcher has died is replaced.
 */
export async function serveControl(path: string, launcher: Launcher): Promise<AsyncDisposable> {
  await makeOwnFolder(dirname(path))
  if (await somebodyAnswers(path)) throw errors.SUPERVISE_ALREADY_RUNS({ folder: path })
  await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    void converse(socket, launcher)
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

async function somebodyAnswers(path: string): Promise<boolean> {
  return askLauncher(path, { do: 'status' }).then(
    () => true,
    () => false,
  )
}

/** One question after the other; whoever leaves in the middle of an answer is no fault. */
async function converse(socket: Socket, launcher: Launcher): Promise<void> {
  socket.on('error', () => undefined)
  const lines = createInterface({ input: socket, crlfDelay: Infinity })
  for await (const line of lines) {
    const request = parseRequest(line)
    const answer = request === undefined ? notUnderstood(launcher) : await answerTo(request, launcher)
    if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`)
  }
}

function notUnderstood({ status }: Launcher): Answer {
  return { status, failed: 'the request is not understood' }
}

const GOOD: readonly Change['what'][] = ['ready', 'swapped']
const BAD: readonly Change['what'][] = ['swap-failed', 'late', 'ended-unasked', 'down']

async function answerTo(request: Request, launcher: Launcher): Promise<Answer> {
  const { phase } = launcher.status
  switch (request.do) {
    case 'status':
      return { status: launcher.status }
    case 'start':
      if (phase !== 'down' && phase !== 'stopping') return { status: launcher.status }
      return outcomeOf(launcher, () => launcher.start())
    case 'restart':
      if (phase === 'down') return outcomeOf(launcher, () => launcher.start())
      if (phase === 'stopping') return { status: launcher.status, failed: 'it is being stopped' }
      return outcomeOf(launcher, () => launcher.swap())
    case 'stop':
    case 'kill':
      if (phase === 'down') return { status: launcher.status }
      await until(launcher, ['down'], () => (request.do === 'kill' ? launcher.kill() : launcher.stop()))
      return { status: launcher.status }
  }
}

async function outcomeOf(launcher: Launcher, act: () => void): Promise<Answer> {
  const { what } = await until(launcher, [...GOOD, ...BAD], act)
  if (GOOD.includes(what)) return { status: launcher.status }
  return { status: launcher.status, failed: WORDS[what] ?? what }
}

const WORDS: Partial<Record<Change['what'], string>> = {
  'swap-failed': 'the new process ended or was not ready in time; the old one goes on serving',
  late: 'it was not ready in time',
  'ended-unasked': 'it ended before it was ready',
  down: 'it was stopped meanwhile',
}

function until(launcher: Launcher, wanted: readonly Change['what'][], act: () => void): Promise<Change> {
  return new Promise((resolve) => {
    const unsubscribe = launcher.subscribe((change) => {
      if (!wanted.includes(change.what)) return
      unsubscribe()
      resolve(change)
    })
    act()
  })
}
