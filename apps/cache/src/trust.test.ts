import { createServer } from 'node:http'
import { createFolder, listenOnFreePort, seedFromEnvironment, soakCount } from '@mochi/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startIssuer } from './auth/issuer.fixture.ts'
import { archiveOf, createClient, startCache } from './cache.fixture.ts'

/** A server of the remote cache, and how it is started again over the same data. */
type Subject = AsyncDisposable & {
  readonly client: ReturnType<typeof createClient>
  readonly restart: () => Promise<void>
  /** How many entries had to go so far. */
  readonly evictions: () => Promise<number>
}

const REPOSITORY = { repository: 'acme/app', run_id: '12' }
const OF_MAIN = { ...REPOSITORY, ref: 'refs/heads/main', ref_type: 'branch' }
/** Runs of a CI by their claims. */
const RUNS = {
  push: { ...OF_MAIN, event_name: 'push' },
  pull: { ...REPOSITORY, ref: 'refs/pull/7/merge', event_name: 'pull_request' },
  pullTarget: { ...OF_MAIN, event_name: 'pull_request_target' },
  pushToA: { ...REPOSITORY, ref: 'refs/heads/a', event_name: 'push' },
}

/** Who asks: whose bytes they read, and as whom they try to write. Tokens of ours, and those of a CI. */
const ASKERS = {
  main: { reads: ['main'], writes: 'main' },
  reader: { reads: ['main'], writes: 'reader' },
  admin: { reads: ['main'], writes: 'admin' },
  a: { reads: ['main', 'a'], writes: 'a' },
  b: { reads: ['main', 'b'], writes: 'b' },
  push: { reads: ['main'], writes: 'main' },
  pull: { reads: ['main', 'pull'], writes: 'pull' },
  pullTarget: { reads: ['main', 'pullTarget'], writes: 'pullTarget' },
  pushToA: { reads: ['main', 'a'], writes: 'a' },
} as const satisfies Record<string, { reads: readonly string[]; writes: string }>
type Asker = keyof typeof ASKERS

type Step =
  | { do: 'put'; as: Asker; hash: string; isShared: boolean }
  | { do: 'get'; as: Asker; hash: string }
  | { do: 'purge'; wish: Record<string, string> }
  | { do: 'restart' }

const hash = fc.nat(3).map(String)
const asker = fc.constantFrom(...(Object.keys(ASKERS) as Asker[]))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), as: asker, hash, isShared: fc.boolean() }) },
  { weight: 16, arbitrary: fc.record({ do: fc.constant('get' as const), as: asker, hash }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('purge' as const),
      wish: fc.constantFrom({ scope: 'main' }, { scope: 'branch:a' }, { hash: '1' }, { writer: 'ci of b' }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
)
/** Steps of one list are under way at the same time. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 10, maxLength: 40 })

const shared: { issuer?: Awaited<ReturnType<typeof startIssuer>>; tokens?: Record<string, string> } = {}

beforeAll(async () => {
  const issuer = await startIssuer()
  const signed = Object.entries(RUNS).map(async ([name, claims]) => [name, await issuer.sign(claims)] as const)
  Object.assign(shared, { issuer, tokens: Object.fromEntries(await Promise.all(signed)) })
})
afterAll(() => shared.issuer?.[Symbol.asyncDispose]())

/** A CI's token, or the name of one of ours. */
const tokenOf = (asker: Asker): string => shared.tokens?.[asker] ?? asker

type Outcome = { readonly faults: string[]; evictions: number; readonly reads: Map<Asker, number> }

/** What every scope has tried to write, and what came back to whom. */
async function run(subject: Subject, rounds: readonly (readonly Step[])[]): Promise<Outcome> {
  const written = new Map<string, Set<string>>()
  const state = { count: 0 }
  const outcome: Outcome = { faults: [], evictions: 0, reads: new Map() }
  const put = async ({ as, hash, isShared }: Step & { do: 'put' }): Promise<void> => {
    state.count += 1
    const body = archiveOf(isShared ? `shared ${hash}` : `${as} ${state.count}`)
    const key = `${ASKERS[as].writes} ${hash}`
    written.set(key, (written.get(key) ?? new Set()).add(body.toString('base64')))
    await subject.client.put(hash, tokenOf(as), body)
  }
  const get = async ({ as, hash }: Step & { do: 'get' }): Promise<void> => {
    const { status, body } = await subject.client.get(hash, tokenOf(as))
    if (status !== 200) return
    outcome.reads.set(as, (outcome.reads.get(as) ?? 0) + 1)
    const mayRead = ASKERS[as].reads.some((scope) => written.get(`${scope} ${hash}`)?.has(body.toString('base64')))
    if (!mayRead) outcome.faults.push(`${as} read of ${hash} what no scope of its own has written`)
  }
  const take = async (one: Step): Promise<void> => {
    if (one.do === 'put') await put(one)
    else if (one.do === 'get') await get(one)
    else if (one.do === 'purge') await subject.client.post('/v1/purge', one.wish, 'admin')
  }
  for (const round of rounds) {
    await Promise.all(round.map(take))
    if (round.some((one) => one.do === 'restart')) await subject.restart()
  }
  outcome.evictions = await subject.evictions()
  return outcome
}

/** Histories until one shows a fault; what does not even run is none, and is thrown. */
async function check(create: () => Promise<Subject>, runs: number) {
  const total = { faults: [] as string[], evictions: 0, reads: new Map<Asker, number>() }
  const property = fc.asyncProperty(history, async (rounds) => {
    await using subject = await create()
    const { faults, evictions, reads } = await run(subject, rounds)
    total.evictions += evictions
    for (const [asker, count] of reads) total.reads.set(asker, (total.reads.get(asker) ?? 0) + count)
    total.faults.push(...faults)
    return faults.length === 0
  })
  const settings = { numRuns: runs, seed: seedFromEnvironment(), endOnFailure: true }
  const { errorInstance, counterexample } = await fc.check(property, settings)
  if (errorInstance instanceof Error && total.faults.length === 0) throw errorInstance
  return { ...total, counterexample }
}

/** Room for two entries of main and two of branches: every few writes something has to go. */
async function createReal(): Promise<Subject> {
  const folder = await createFolder()
  const size = archiveOf('shared 1').length
  const issuer = { issuer: shared.issuer?.url, audience: 'the cache', project: { repository: 'acme/app' } }
  const oidc = JSON.stringify([{ ...issuer, main: { ref: 'refs/heads/main' } }])
  const environment = { CACHE_BUDGET: String(size * 5), CACHE_BRANCH_SHARE: '0.45', CACHE_OIDC: oidc }
  const start = () => startCache({ folder: folder.join('data'), environment })
  const state = { cache: await start() }
  return {
    get client() {
      return state.cache
    },
    restart: async () => {
      // As in a swap: the next one is there before the one before has gone.
      const next = await start()
      await state.cache.stop()
      state.cache = next
    },
    evictions: async () => Number((await state.cache.ask('GET', '/v1/status')).json()['evictions']),
    [Symbol.asyncDispose]: async () => {
      await state.cache.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** What a cache does that has one token and one name space: whoever writes first, writes for all. */
async function createNaive(): Promise<Subject> {
  const entries = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const found = entries.get(path)
      if (request.method === 'GET') response.writeHead(found === undefined ? 404 : 200).end(found)
      else {
        if (found === undefined) entries.set(path, Buffer.concat(chunks))
        response.writeHead(found === undefined ? 200 : 409).end('{}')
      }
    })
  })
  const listening = await listenOnFreePort(server)
  const client = createClient(listening.url)
  const [restart, evictions] = [() => Promise.resolve(), () => Promise.resolve(0)]
  return { client, restart, evictions, [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() }
}

test('no order of writes, reads, evictions, purges and restarts lets anybody read what a lower trust has written', async () => {
  const { faults, counterexample, evictions, reads } = await check(createReal, soakCount(20))

  expect({ faults, counterexample }).toEqual({ faults: [], counterexample: null })
  // Otherwise nothing was shown: every asker has read something, and something had to go.
  expect([...reads.keys()].sort()).toEqual(Object.keys(ASKERS).sort())
  expect(evictions).toBeGreaterThan(0)
})

test('a server with one token for all is caught', async () => {
  const { faults } = await check(createNaive, 50)

  expect(faults).toContainEqual(expect.stringMatching(/^\w+ read of \d what no scope of its own has written$/))
})
