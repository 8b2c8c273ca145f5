import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark, BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { runTimed, timeCommand } from '../time-command.ts'
import { addLoads, parseWrk } from './wrk.ts'
import type { Load } from './wrk.ts'

const INSTANCE = ['--instance', 'bench'] as const
const RESTARTS = 20
const REQUESTS = 1_000_000
const PAIRS = 7

/** After so many milliseconds of serving, an end is a new fault, and not one more of a crash loop that has to wait. */
const STABLE = 6_000

/** What users of a service notice when it is restarted, killed and started: hello, in a platform of its own. */
export const benchSwap: Benchmark = async ({ say }) => {
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  const platform = new Platform(prepared)
  try {
    const results = [
      await measureUp(platform, { say }),
      await measureRestart(platform, { say }),
      await measureKill(platform, { say }),
    ]
    if (spawnSync('wrk', ['--version']).error !== undefined)
      return { introduction: INTRODUCTION, results, missing: [NO_WRK] }
    return { introduction: INTRODUCTION, results: [...results, await measureLoss(platform, { say })], missing: [] }
  } finally {
    platform.down()
  }
}

const INTRODUCTION =
  'What users of a service notice when it is restarted and when it is killed: `hello` from its sources, in a platform of its own, 64 clients.'

const NO_WRK = { what: 'requests through restarts', why: 'It needs `wrk` (Debian: `apt-get install wrk`).' }

/** The commands of a person, in the clone. */
class Platform {
  readonly #prepared: PreparedCheckout

  constructor(prepared: PreparedCheckout) {
    this.#prepared = prepared
  }

  up(): number {
    return this.#time('up', '--detach')
  }

  down(): number {
    return this.#time('down')
  }

  restart(): number {
    return this.#time('restart', 'hello')
  }

  status(): number {
    return timeCommand([this.#mochi, 'status'], this.#options)
  }

  /** Where hello serves, and as which process. */
  find(): { url: string; pid: number } {
    const { output } = runTimed([this.#mochi, 'up', ...INSTANCE, '--json'], this.#options)
    const { services } = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as {
      services: [{ url: string; pid: number }]
    }
    return services[0]
  }

  #time(command: string, ...args: readonly string[]): number {
    return timeCommand([this.#mochi, command, ...INSTANCE, ...args], this.#options)
  }

  get #mochi(): string {
    return this.#prepared.checkout.join('mochi')
  }

  get #options() {
    return { cwd: this.#prepared.checkout.path, env: this.#prepared.env }
  }
}

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

async function measureRestart(platform: Platform, { say }: BenchContext): Promise<Result> {
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
  return compare({
    what: 'kill -9, until the next answer',
    ours: {
      label: 'GET /hello/world, right after kill -9',
      measure: async () => {
        const { url, pid } = platform.find()
        await sleep(STABLE)
        process.kill(pid, 'SIGKILL')
        return timeAnswer(url)
      },
    },
    other: { label: 'GET /hello/world', measure: () => timeAnswer(platform.find().url) },
    pairs: PAIRS,
    goal: { of: 'time', most: 500 },
    note: 'The connection waits in the queue of the socket, which the launcher owns; none is refused.',
  })
}

/** On a connection of its own. Asked again where the killed process had already taken it. */
async function timeAnswer(url: string): Promise<number> {
  const start = performance.now()
  for (;;) {
    const response = await fetch(`${url}/hello/world`, { headers: { connection: 'close' } }).catch(() => undefined)
    if (response?.ok === true) {
      await response.text()
      return performance.now() - start
    }
  }
}

/** The loss is what is asked for; its price is the time of a request beside one of a quiet run. */
async function measureLoss(platform: Platform, { say }: BenchContext): Promise<Result> {
  say(`measuring ${REQUESTS} requests through ${RESTARTS} restarts`)
  const { url } = platform.find()
  const quiet = await load(url, 10)
  const state = { total: { requests: 0, failed: 0, latency: 0 } satisfies Load as Load, restarts: 0 }
  while (state.total.requests < REQUESTS) {
    const loading = load(url, 30)
    const until = performance.now() + 25_000
    while (performance.now() < until && state.restarts < RESTARTS) {
      platform.restart()
      state.restarts += 1
    }
    state.total = addLoads(state.total, await loading)
  }
  const { requests, failed, latency } = state.total
  return {
    what: `a request, while hello is restarted ${RESTARTS} times`,
    labels: { ours: 'wrk, while hello is restarted', other: 'wrk' },
    pairs: [{ ours: latency, other: quiet.latency }],
    note: `**${failed} of ${requests.toLocaleString('en')} requests failed**, through ${state.restarts} restarts. Half of the 64 clients bring a new connection for each request.`,
  }
}

async function load(url: string, seconds: number): Promise<Load> {
  const run = async (...more: readonly string[]): Promise<Load> => {
    const args = ['-t1', '-c32', `-d${seconds}s`, ...more, `${url}/hello/world`]
    const wrk = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [output] = await Promise.all([text(wrk.stdout), once(wrk, 'close')])
    return parseWrk(output)
  }
  return addLoads(...(await Promise.all([run(), run('-H', 'Connection: close')])))
}
