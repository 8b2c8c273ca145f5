import { randomBytes, randomInt } from 'node:crypto'
import { Agent, request } from 'node:http'
import { createArchive } from '@mochi/build-cache/testing'
import { startProcess } from '@mochi/testing'
import type { BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createBuildArchive, varyArchive } from './archives.ts'

const PAIRS = 21
const TASKS = 40

/** Where the cache's protocol is spoken. */
type Place = { readonly url: string; readonly token: string }

/** What a task of Nx waits longer because its requests go through the relay in Nx's process. */
export async function measureRelay(
  { root, env }: { root: string; env: NodeJS.ProcessEnv },
  { cache, say, pairs = PAIRS, tasks = TASKS }: BenchContext & { cache: Place; pairs?: number; tasks?: number },
): Promise<Result[]> {
  say('measuring the relay')
  await using relay = await startRelay({ root, env, runs: KINDS * (pairs + WARM_UPS) }, cache)
  const archive = Buffer.concat(varyArchive(createBuildArchive(0), randomInt(2 ** 32)))
  const [stored, small] = [newHash(), newHash()]
  await send(cache, 'PUT', stored, archive)
  await send(cache, 'PUT', small, createArchive({ 'libs/made/reports/junit.xml': randomBytes(10_000).toString('hex') }))
  const places = { relay: relay.next, cache, pairs, tasks }
  return [
    await compareTasks(places, 'restored, 10 kB', (place) => send(place, 'GET', small)),
    await compareTasks(places, 'restored, 1 MB', (place) => send(place, 'GET', stored)),
    await compareTasks(places, 'looked up and missed', (place) => send(place, 'GET', newHash())),
    await compareTasks(places, 'missed and stored, 1 MB', async (place) => {
      const hash = newHash()
      await send(place, 'GET', hash)
      await send(place, 'PUT', hash, archive)
    }),
  ]
}

async function compareTasks(
  { relay, cache, pairs, tasks }: { relay: () => Place; cache: Place; pairs: number; tasks: number },
  what: string,
  task: (place: Place) => Promise<void>,
): Promise<Result> {
  const measure = async (place: Place): Promise<number> => {
    const start = performance.now()
    for (let done = 0; done < tasks; done++) await task(place)
    return (performance.now() - start) / tasks
  }
  return await compare({
    what: `relay: a task that is ${what}`,
    // A run waits so long for what brings it nothing, and no longer: each measurement is a run of its own.
    ours: { label: 'through the relay', measure: () => measure(relay()) },
    other: { label: 'straight to the cache', measure: () => measure(cache) },
    pairs,
    warmUps: WARM_UPS,
    goal: { of: 'difference', most: 2 },
    note: `The mean of ${tasks} tasks, one after the other, on kept connections.`,
  })
}

/** Runs, each of which is used once. */
type Relay = AsyncDisposable & { readonly next: () => Place }

const KINDS = 4
const WARM_UPS = 3

type Start = { root: string; env: NodeJS.ProcessEnv; runs: number }

async function startRelay({ root, env, runs }: Start, { url, token }: Place): Promise<Relay> {
  const run = { url, token, proxies: {}, mayWrite: true, isOfCi: false, compare: 0, reproducible: [] }
  const fixture = new URL('relay.fixture.ts', import.meta.url).pathname
  const process = startProcess('node', [fixture, root, String(runs)], { env, input: JSON.stringify(run) })
  const opened = JSON.parse(await process.waitFor(/\n/)) as Place[]
  const next = (): Place => {
    const place = opened.pop()
    if (place === undefined) throw new Error('More runs are measured than were opened.')
    return place
  }
  return { next, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() }
}

function newHash(): string {
  return String(randomInt(1, 2 ** 47))
}

const agent = new Agent({ keepAlive: true })

/** Throws for another answer than 200 and 404. */
function send({ url, token }: Place, method: 'GET' | 'PUT', hash: string, body?: Buffer): Promise<void> {
  const length = body === undefined ? {} : { 'content-length': body.length }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', ...length }
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/cache/${hash}`, { method, agent, headers }, (response) => {
      const { statusCode } = response
      response.resume().once('error', reject)
      response.once('end', () => {
        if (statusCode === 200 || (method === 'GET' && statusCode === 404)) resolve()
        else reject(new Error(`${method} was answered with ${statusCode}`))
      })
    })
    sent.once('error', reject).end(body)
  })
}
