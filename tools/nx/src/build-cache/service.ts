import { inspectContents } from './inspect-contents.ts'
import type { Question, Reply } from './messages.ts'
import { startRelay } from './relay.ts'
import type { Opened, Relay } from './relay.ts'
import { createRun } from './run.ts'
import type { CacheRun } from './run.ts'
import { createUpstream } from './upstream.ts'

type Answer = Reply extends infer One ? (One extends Reply ? Omit<One, 'number'> : never) : never

/** Opens and finishes runs of one relay, which starts with the first. */
export function createService(): (question: Question) => Promise<Answer> {
  const runs = new Map<string, { run: CacheRun; opened: Opened }>()
  let relay: Promise<Relay> | undefined
  return async (question) => {
    relay ??= startRelay()
    if (question.kind === 'open') {
      const run = createRun(withWorld(question.settings))
      if (question.settings.isOfCi) await run.begin()
      const opened = (await relay).open(run)
      runs.set(question.run, { run, opened })
      return { kind: 'opened', opened }
    }
    const known = runs.get(question.run)
    runs.delete(question.run)
    const account = await known?.run.finish(question.results)
    if (known !== undefined) (await relay).close(known.opened)
    return { kind: 'finished', account }
  }
}

function withWorld(settings: (Question & { kind: 'open' })['settings']): Parameters<typeof createRun>[0] {
  return {
    upstream: createUpstream(settings),
    clock: { monotonic: () => performance.now(), setTimeout: (callback, ms) => setTimeout(callback, ms) },
    mayWrite: settings.mayWrite,
    compare: { oneIn: settings.compare, targets: settings.reproducible, random: Math.random },
    inspect: inspectContents,
  }
}
