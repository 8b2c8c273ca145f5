import { createServer } from 'node:http'
import { createFolder, listenOnFreePort, seedFromEnvironment, soakCount } from '@mochi/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { archiveOf, createClient, startCache } from './cache.fixture.ts'

/** A server of the remote cache, and how it is started again over the same data. */
type Subject = AsyncDisposable & {
  readonly client: ReturnType<typeof createClient>
  readonly restart: () => Promise<void>
}

const ASKERS = ['main', 'reader', 'a', 'b'] as const
type Asker = (typeof ASKERS)[number]
const READS: Readonly<Record<Asker, readonly string[]>> = {
  main: ['main'],
  reader: ['main'],
  a: ['main', 'a'],
  b: ['main', 'b'],
}

type Step =
  | { do: 'put'; as: Asker; hash: string; isShared: boolean }
  | { do: 'get'; as: Asker; hash: string }
  | { do: 'purge'; wish: Record<string, string> }
  | { do: 'restart' }

const hash = fc.nat(5).map(String)
const asker = fc.constantFrom(...ASKERS)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), as: asker, hash, isShared: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('get' as const), as: asker, hash }) },
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
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 15 })

/** What every scope has tried to write, and what came back to whom. */
async function run(subject: Subject, rounds: readonly (readonly Step[])[]): Promise<string[]> {
  const written = new Map<string, Set<string>>()
  const state = { count: 0 }
  const faults: string[] = []
  const take = async (one: Step): Promise<void> => {
    const { client } = subject
    if (one.do === 'put') {
      state.count += 1
      const body = archiveOf(one.isShared ? `shared ${one.hash}` : `${one.as} ${state.count}`)
      const key = `${one.as} ${one.hash}`
      written.set(key, (written.get(key) ?? new Set()).add(body.toString('base64')))
      await client.put(one.hash, one.as, body)
    } else if (one.do === 'get') {
      const { status, body } = await client.get(one.hash, one.as)
      const mayRead = READS[one.as].some((scope) => written.get(`${scope} ${one.hash}`)?.has(body.toString('base64')))
      if (status === 200 && !mayRead) faults.push(`${one.as} read of ${one.hash} what no scope of its own has written`)
    } else if (one.do === 'purge') await client.post('/v1/purge', one.wish, 'admin')
  }
  for (const round of rounds) {
    await Promise.all(round.map(take))
    if (round.some((one) => one.do === 'restart')) await subject.restart()
  }
  return faults
}

async function check(create: () => Promise<Subject>, runs: number) {
  const property = fc.asyncProperty(history, async (rounds) => {
    await using subject = await create()
    return (await run(subject, rounds)).length === 0
  })
  return fc.check(property, { numRuns: runs, seed: seedFromEnvironment(), endOnFailure: true })
}

/** Room for three entries of main and one of branches: every few writes something has to go. */
async function createReal(): Promise<Subject> {
  const folder = await createFolder()
  const size = archiveOf('shared 1').length
  const environment = { CACHE_BUDGET: String(size * 5), CACHE_BRANCH_SHARE: '0.35' }
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
  return { client, restart: () => Promise.resolve(), [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() }
}

test('no order of writes, reads, evictions, purges and restarts lets anybody read what a lower trust has written', async () => {
  const { failed, counterexample } = await check(createReal, soakCount(20))

  expect({ failed, counterexample }).toEqual({ failed: false, counterexample: null })
})

test('a server with one token for all is caught', async () => {
  expect((await check(createNaive, 50)).failed).toBe(true)
})
