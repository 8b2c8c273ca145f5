import { startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import type { Benchmark } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { findWrkFault, parseWrk } from '../swap/wrk.ts'
import { runTimed } from '../time-command.ts'
import { formatRest, watchLauncher } from './launcher-at-rest.ts'

const PAIRS = 21
const SECONDS = 3
const CLIENTS = 64

/** What a service costs beside bare fastify, and what its launcher costs while nothing happens. */
export const benchService: Benchmark = async ({ say }) => {
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  say('watching a launcher at rest')
  const introduction = `A service of the template beside fastify alone. ${formatRest(await watchLauncher(prepared))}`
  const why = findWrkFault()
  if (why !== undefined) return { introduction, results: [], missing: [{ what: WHAT, why }] }
  say('measuring the route of the template')
  return { introduction, results: [await measureRoute(prepared)], missing: [] }
}

const WHAT = 'a request to the route of the template'

async function measureRoute(prepared: PreparedCheckout): Promise<Result> {
  await using service = start('apps/hello/src/main.ts', prepared)
  await using bare = start('tools/bench/src/service/bare-fastify.fixture.ts', prepared)
  const [url, bareUrl] = [await urlOf(service), await urlOf(bare)]
  return await compare({
    what: WHAT,
    ours: { label: 'hello', measure: () => timeRequest(url) },
    other: { label: 'fastify alone', measure: () => timeRequest(bareUrl) },
    pairs: PAIRS,
    warmUps: 3,
    goal: { of: 'ratio', most: 1.11 },
    note: `The time of ${SECONDS} seconds through the number of requests that ${CLIENTS} clients got answered in it; both processes serve all the while, one of them at a time. The peer has the same schemas and does the same work.`,
  })
}

function start(program: string, { checkout, env }: PreparedCheckout): TestProcess {
  return startProcess('node', [program], { cwd: checkout.path, env: { ...env, HELLO_PORT: '0' } })
}

async function urlOf(server: TestProcess): Promise<string> {
  const output = await server.waitFor(/listens on \S+\n/)
  return `${/listens on (\S+)/.exec(output)?.[1] ?? ''}/hello/world`
}

/** The milliseconds between two answers. A request that failed has no time. */
function timeRequest(url: string): number {
  const args = ['-t1', `-c${CLIENTS}`, `-d${SECONDS}s`, url] as const
  const { requests, failed } = parseWrk(runTimed(['wrk', ...args], { env: { PATH: process.env['PATH'] ?? '' } }).output)
  if (failed > 0) throw new Error(`${failed} of ${requests} requests to ${url} failed`)
  return (SECONDS * 1000) / requests
}
