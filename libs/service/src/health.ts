import { redact } from '@mochi/errors'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { About } from './about.ts'
import type { ServiceApp } from './service-app.ts'

/** How long an answer of the checks is given again, and how long one check may take, in milliseconds. */
const CACHED = 1_000
const PATIENCE = 2_000

const Status = Type.Enum(['starting', 'ok', 'ill', 'stopping'], {
  description: 'starting: its checks have never all passed; ill: one fails that has passed before',
})

/** What `/health` says to everybody. */
export const PublicHealth = Type.Object({
  name: Type.String(),
  status: Status,
  version: Type.String(),
  instance: Type.String(),
})

/** What it says inside: the reasons too. */
export const InternalHealth = Type.Object({
  ...PublicHealth.properties,
  checks: Type.Record(Type.String(), Type.Object({ isOk: Type.Boolean(), reason: Type.Optional(Type.String()) })),
})

type Report = Static<typeof InternalHealth>
type Result = Report['checks'][string]

/** Resolves when what it looks at is well, throws a reason when it is not. The signal aborts at its deadline. */
export type HealthCheck = (signal: AbortSignal) => unknown

export type Health = {
  /** Adds a check: the service is `ok` while all of them pass. Its deadline is in milliseconds. */
  add(name: string, check: HealthCheck, options?: { deadline?: number }): void
  report(): Promise<Report>
}

/** The health of a service. Checks run side by side, when somebody asks, and at most once a second. */
export function createHealth(
  about: About,
  { isStopping, now = () => performance.now() }: { isStopping: () => boolean; now?: () => number },
): Health {
  const checks = new Map<string, () => Promise<Result>>()
  const state: { at: number; results?: Promise<Report['checks']>; hasBeenOk: boolean } = { at: 0, hasBeenOk: false }
  const runAll = async (): Promise<Report['checks']> => {
    const entries = [...checks].map(async ([name, run]) => [name, await run()] as const)
    return Object.fromEntries(await Promise.all(entries))
  }
  const results = (): Promise<Report['checks']> => {
    if (state.results === undefined || now() - state.at > CACHED) {
      state.at = now()
      state.results = runAll()
    }
    return state.results
  }
  const statusOf = (isOk: boolean): Report['status'] => {
    state.hasBeenOk ||= isOk
    if (isStopping()) return 'stopping'
    if (isOk) return 'ok'
    return state.hasBeenOk ? 'ill' : 'starting'
  }
  return {
    add: (name, check, { deadline = PATIENCE } = {}) => checks.set(name, () => runCheck(check, deadline)),
    report: async () => {
      const found = await results()
      const isOk = Object.values(found).every((result) => result.isOk)
      const { name, version, instance } = about
      return { name, status: statusOf(isOk), version, instance, checks: found }
    },
  }
}

async function runCheck(check: HealthCheck, deadline: number): Promise<Result> {
  const controller = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new Error(`It had no answer within ${deadline} ms.`))
    controller.abort()
  }, deadline)
  try {
    await Promise.race([Promise.resolve(controller.signal).then(check), late])
    return { isOk: true }
  } catch (error) {
    return { isOk: false, reason: redact(error instanceof Error ? error.message : String(error)) }
  } finally {
    clearTimeout(timer)
  }
}

/** Adds `GET /health`: 200 while it serves, otherwise 503, so that nobody sends new work. Never from a cache. */
export function addHealth(app: ServiceApp, health: Health, side: 'public' | 'internal'): void {
  const document = side === 'public' ? PublicHealth : InternalHealth
  app.get('/health', { schema: { response: { 200: document, 503: document } } }, async (_request, reply) => {
    const report = await health.report()
    return reply
      .header('cache-control', 'no-store')
      .code(report.status === 'ok' ? 200 : 503)
      .send(report)
  })
}
