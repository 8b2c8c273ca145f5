import { writeFile } from 'node:fs/promises'
import type { BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createBuildArchive, varyArchive } from './archives.ts'
import type { CacheServer } from './cache-server.ts'
import { createAccount, describeCosts } from './costs.ts'
import { CLIENTS, readLoad, writeLoad } from './loads.ts'
import type { Load, Target } from './loads.ts'
import type { Nginx } from './nginx.ts'
import { mostMemory } from './processor-time.ts'

const PAIRS = 5
const SECONDS = 2
const WRITES = 200

/** So few that the server has them in its memory, and so many that it has not. */
const HOT = 8
const COLD = 256

/** Anything half as fast as nginx. */
const GOAL = { of: 'ratio', most: 2 } as const

type Servers = { readonly cache: CacheServer; readonly nginx: Nginx }

/** Entries of 1 MB, read and written by many clients, beside nginx. */
export async function measureTransfers(servers: Servers, { say }: BenchContext): Promise<Result[]> {
  say('writing entries')
  const archives = Array.from({ length: 8 }, (_, seed) => createBuildArchive(seed))
  await fill(servers, archives)
  const hot = `${CLIENTS} clients, ${HOT} entries, which the cache has in its memory.`
  const cold = `${CLIENTS} clients, ${COLD} entries, more than the cache has in its memory; the system has the files of both in its own.`
  return [
    await compareReads(servers, { what: 'GET of 1 MB, a few entries', count: HOT, note: hot }, { say }),
    await compareReads(servers, { what: 'GET of 1 MB, many entries', count: COLD, note: cold }, { say }),
    await compareWrites(servers, archives, { say }),
  ]
}

function cacheTarget({ cache }: Servers): Target {
  return { url: `${cache.url}/v1/cache/`, token: cache.token }
}

function nginxTarget({ cache, nginx }: Servers): Target {
  return { url: `${nginx.url}/`, token: cache.token }
}

async function fill(servers: Servers, archives: readonly Buffer[]): Promise<void> {
  await writeLoad(cacheTarget(servers), { archives, from: 1, count: COLD })
  for (let number = 1; number <= COLD; number++) {
    const archive = archives[number % archives.length] ?? Buffer.alloc(0)
    await writeFile(servers.nginx.file(String(number)), Buffer.concat(varyArchive(archive, number)))
  }
}

type Reading = { readonly what: string; readonly count: number; readonly note: string }

async function compareReads(servers: Servers, { what, count, note }: Reading, { say }: BenchContext): Promise<Result> {
  say(`measuring ${what}`)
  const load = { count, seconds: SECONDS }
  return await compareServers(servers, {
    what,
    verb: 'GET',
    note,
    ours: () => readLoad(cacheTarget(servers), load),
    other: () => readLoad(nginxTarget(servers), load),
  })
}

async function compareWrites(servers: Servers, archives: readonly Buffer[], { say }: BenchContext): Promise<Result> {
  const what = 'PUT of 1 MB'
  say(`measuring ${what}`)
  let from = COLD + 1
  const next = () => ({ archives, from: (from += WRITES) - WRITES, count: WRITES })
  return await compareServers(servers, {
    what,
    verb: 'PUT',
    note: 'Each is another one. The cache unpacks and digests what it gets before anybody can read it, and has it on the disk before it answers; nginx does neither.',
    ours: () => writeLoad(cacheTarget(servers), next()),
    other: () => writeLoad(nginxTarget(servers), next()),
  })
}

type Loads = {
  readonly what: string
  readonly verb: 'GET' | 'PUT'
  readonly note: string
  readonly ours: () => Load | Promise<Load>
  readonly other: () => Load | Promise<Load>
}

async function compareServers({ cache, nginx }: Servers, { what, verb, note, ours, other }: Loads): Promise<Result> {
  const accounts = { ours: createAccount([cache.pid]), other: createAccount(nginx.pids) }
  const result = await compare({
    what,
    ours: { label: `${verb} /v1/cache/HASH`, measure: () => accounts.ours.add(ours) },
    other: { label: `${verb} of a file, nginx`, measure: () => accounts.other.add(other) },
    pairs: PAIRS,
    goal: GOAL,
  })
  const notes = [note, describeCosts(accounts.ours.total, accounts.other.total), describeMemory(cache)]
  return { ...result, note: notes.filter((text) => text !== '').join(' ') }
}

function describeMemory({ pid }: CacheServer): string {
  const most = mostMemory(pid)
  return most === undefined
    ? ''
    : `The cache has had at most ${most.toFixed(0)} MB of memory so far; the goal is less than 150 MB.`
}
