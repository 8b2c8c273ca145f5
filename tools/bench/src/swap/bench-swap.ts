import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark, BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { timeAnswer } from './answer.ts'
import { startBuiltHello } from './built-hello.ts'
import { describeLoss, loadThroughRestarts } from './loss.ts'
import { createPlatform } from './platform.ts'
import type { Platform, Served } from './platform.ts'
import { addLoads, findWrkFault, parseWrk, planLoads } from './wrk.ts'
import type { Load } from './wrk.ts'

const RESTARTS = 20
const REQUESTS = 1_000_000
const PAIRS = 7

/** After so many milliseconds of serving, an end is a new fault, and not one more of a crash loop that has to wait. */
const STABLE = 6_000

/** What users of a service notice when it is restarted, killed and started: hello, in a platform of its own. */
export const benchSwap: Benchmark = async ({ say }) => {
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  const { checkout, env } = prepared
  const platform = createPlatform(checkout.join('mochi'), { cwd: checkout.path, env })
  try {
    const results = [
      await measureUp(platform, { say }),
      await measureRestart(platform, { say }),
      await measureKill(platform, { say }),
      await measureBuiltKill(prepared, { say }),
    ]
    const why = findWrkFault()
    if (why !== undefined)
      return { introduction: INTRODUCTION, results, missing: [{ what: 'requests through restarts', why }] }
    return { introduction: INTRODUCTION, results: [...results, await measureLoss(platform, { say })], missing: [] }
  } finally {
    platform.down()
  }
}

const INTRODUCTION =
  'What users of a service notice when it is restarted and when it is killed: `hello` from its sources, in a platform of its own, 64 clients.'

function measureUp(platform: Platform, { say }: BenchContext): Promise<Result> {
  say('measuring up')
  const up = (): number => {
    const time = platform.up()
    platform.down()
    return time
  }
  return compare({
    what: 'up, warm, until hello serves',
    ours: { label: './mochi up --detach', measure: up },
    other: { label: './mochi status', measure: () => platform.status() },
    pairs: PAIRS,
    goal: { of: 'time', most: 2000 },
    note: 'The tools and dependencies are there, and nothing runs. The other side is what a command that does little costs.',
  })
}

function measureRestart(platform: Platform, { say }: BenchContext): Promise<Result> {
  say('measuring a restart')
  platform.up()
  return compare({
    what: 'restart, until the next process serves',
    ours: { label: './mochi restart hello', measure: () => platform.restart() },
    other: { label: './mochi status', measure: () => platform.status() },
    pairs: PAIRS,
    goal: { of: 'time', most: 1000 },
  })
}

function measureKill(platform: Platform, { say }: BenchContext): Promise<Result> {
  say('measuring a kill')
  return compareKill(() => platform.find(), {
    what: 'kill -9, until the next answer',
    note: 'The connection waits in the queue of the socket, which the launcher owns; none is refused.',
  })
}

async function measureBuiltKill(prepared: PreparedCheckout, { say }: BenchContext): Promise<Result> {
  say('measuring a kill of what was built')
  await using built = await startBuiltHello(prepared)
  return await compareKill(() => built.find(), {
    what: 'kill -9 of a built service, until the next answer',
    note: 'The same of `node dist/main.js`, which servers run, below a launcher of its own.',
  })
}

function compareKill(
  find: () => Served | Promise<Served>,
  words: { readonly what: string; readonly note: string },
): Promise<Result> {
  return compare({
    ...words,
    ours: {
      label: 'GET /hello/world, right after kill -9',
      measure: async () => {
        const { url, pid } = await find()
        await sleep(STABLE)
        process.kill(pid, 'SIGKILL')
        return timeAnswer(greeting(url))
      },
    },
    other: { label: 'GET /hello/world', measure: async () => timeAnswer(greeting((await find()).url)) },
    pairs: PAIRS,
    goal: { of: 'time', most: 500 },
  })
}

async function measureLoss(platform: Platform, { say }: BenchContext): Promise<Result> {
  say(`measuring ${REQUESTS} requests through ${RESTARTS} restarts`)
  const url = greeting(platform.find().url)
  const quiet = await load(url, 10)
  const total = await loadThroughRestarts({
    requests: REQUESTS,
    restarts: RESTARTS,
    seconds: 30,
    load: (seconds) => load(url, seconds),
    restart: () => platform.restart(),
    now: () => performance.now(),
  })
  return describeLoss(total, quiet, RESTARTS)
}

function greeting(url: string): string {
  return `${url}/hello/world`
}

async function load(url: string, seconds: number): Promise<Load> {
  return addLoads(await Promise.all(planLoads(url, seconds).map(runWrk)))
}

async function runWrk(args: readonly string[]): Promise<Load> {
  const wrk = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = await Promise.all([text(wrk.stdout), once(wrk, 'close')])
  return parseWrk(output)
}
