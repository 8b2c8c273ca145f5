import type { Account } from './account.ts'
import type { Clock } from './budget.ts'
import { inspectContents } from './inspect-contents.ts'
import type { Question, Reply, RunSettings } from './messages.ts'
import { startRelay } from './relay.ts'
import type { Opened, Relay, Relayed } from './relay.ts'
import { createRoom } from './room.ts'
import type { Results } from './results.ts'
import { createRun } from './run.ts'
import type { CacheRun } from './run.ts'
import { createUpstream } from './upstream.ts'
import { watchQuiet } from './watch-quiet.ts'
import type { Quiet } from './watch-quiet.ts'

type Answer = Reply extends infer One ? (One extends Reply ? Omit<One, 'number'> : never) : never

/** What the relay holds of archives at once: they are in memory whole, so that no unverified byte goes to Nx. */
const HELD_BYTES = 256 * 1024 * 1024

/** A run that asks nothing for so long was ended without a word: its token and path end with it. */
export const IDLE_MS = 30 * 60_000

export type Service = {
  /** Opens and finishes runs of one relay, which starts with the first. */
  readonly ask: (question: Question) => Promise<Answer>
  /** After a fault of our own: every run goes on without the cache, and everything that Nx waits for is answered. */
  readonly fail: (error: unknown) => void
}

const REAL: Clock = { monotonic: () => performance.now(), setTimeout: (callback, ms) => setTimeout(callback, ms) }

export function createService(clock: Clock = REAL): Service {
  const room = createRoom(HELD_BYTES)
  const runs = new Map<string, { run: CacheRun; opened: Opened; idle: Disposable }>()
  let relay: Promise<Relay> | undefined
  const open = async (id: string, settings: RunSettings): Promise<Opened> => {
    const upstream = createUpstream({ ...settings, room })
    const run = createRun({
      upstream,
      clock,
      mayWrite: settings.mayWrite,
      compare: {
        oneIn: settings.compare,
        targets: settings.reproducible,
        random: Math.random,
        inspect: inspectContents,
      },
    })
    if (settings.isOfCi) await run.begin()
    const idle = watchQuiet(clock, IDLE_MS, () => void forget(id))
    const opened = (await (relay ??= startRelay({ room }))).open(touching(run, idle))
    runs.set(id, { run, opened, idle })
    return opened
  }
  const forget = async (id: string, results: Results = { tasks: [] }): Promise<Account | undefined> => {
    const known = runs.get(id)
    runs.delete(id)
    if (known === undefined) return undefined
    known.idle[Symbol.dispose]()
    const account = await known.run.finish(results)
    ;(await relay)?.close(known.opened)
    return account
  }
  return {
    ask: async (question) =>
      question.kind === 'open'
        ? { kind: 'opened', opened: await open(question.run, question.settings) }
        : { kind: 'finished', account: await forget(question.run, question.results) },
    fail: (error) => {
      const found = `a fault of its own (${error instanceof Error ? `${error.name}: ${error.message}` : String(error)})`
      for (const { run } of runs.values()) run.fail({ request: 'the relay', found })
      void relay?.then((server) => server.answerAll())
    },
  }
}

function touching(run: CacheRun, idle: Quiet): Relayed {
  return {
    get: (hash) => (idle.restart(), run.get(hash)),
    put: (hash, archive) => (idle.restart(), run.put(hash, archive)),
  }
}
