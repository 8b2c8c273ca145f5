import type { Change, Launcher } from '../launcher/launcher.ts'
import { serveLines } from './line-server.ts'
import { parseRequest } from './protocol.ts'
import type { Answer, Request } from './protocol.ts'

/** Answers for a launcher on its control socket. Throws what `serveLines` throws. */
export async function serveControl(path: string, launcher: Launcher): Promise<AsyncDisposable> {
  return serveLines(path, async (line) => {
    const request = parseRequest(line)
    return request === undefined ? notUnderstood(launcher) : answerTo(request, launcher)
  })
}

function notUnderstood({ status }: Launcher): Answer {
  return { status, failed: 'the request is not understood' }
}

const GOOD: readonly Change['what'][] = ['ready', 'swapped']
const BAD: readonly Change['what'][] = ['swap-failed', 'late', 'ended-unasked', 'down']

async function answerTo(request: Request, launcher: Launcher): Promise<Answer> {
  const { phase } = launcher.status
  if (launcher.isRetired && (request.do === 'start' || request.do === 'restart'))
    return { status: launcher.status, failed: 'it is being stopped' }
  switch (request.do) {
    case 'status':
      return { status: launcher.status }
    case 'start':
      if (phase === 'running' || phase === 'swapping') return { status: launcher.status }
      return outcomeOf(launcher, () => launcher.start())
    case 'restart':
      if (phase === 'down') return outcomeOf(launcher, () => launcher.start())
      if (phase === 'stopping') return { status: launcher.status, failed: 'it is being stopped' }
      return outcomeOf(launcher, () => launcher.swap())
    case 'stop':
    case 'kill':
      if (phase === 'down') return { status: launcher.status }
      await afterwards(launcher, ['down'], () => (request.do === 'kill' ? launcher.kill() : launcher.stop()))
      return { status: launcher.status }
  }
}

async function outcomeOf(launcher: Launcher, act: () => void): Promise<Answer> {
  const outcomes = [...GOOD, ...BAD]
  let { what, status } = await afterwards(launcher, outcomes, act)
  // The old one has ended by itself, and the next is on its way.
  while (what === 'ended-unasked' && status.phase === 'starting') ({ what, status } = await launcher.next(outcomes))
  if (GOOD.includes(what)) return { status: launcher.status }
  return { status: launcher.status, failed: WORDS[what] ?? what }
}

const WORDS: Partial<Record<Change['what'], string>> = {
  'swap-failed': 'the new process ended or was not ready in time; the old one goes on serving',
  late: 'it was not ready in time',
  'ended-unasked': 'it ended before it was ready',
  down: 'it was stopped meanwhile',
}

/** Listens before it acts: what follows may follow at once. */
function afterwards(launcher: Launcher, wanted: readonly Change['what'][], act: () => void): Promise<Change> {
  const change = launcher.next(wanted)
  act()
  return change
}
