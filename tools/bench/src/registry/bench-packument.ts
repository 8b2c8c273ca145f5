import type { BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { median } from '../statistics.ts'
import type { Served } from '../swap/platform.ts'
import { compareLoads } from './compare-loads.ts'
import { createPublisher } from './publisher.ts'
import type { Publisher } from './publisher.ts'
import { SCOPE } from './registry-server.ts'
import type { Site } from './site.ts'
import { CONNECTIONS } from './wrk-load.ts'
import type { WrkLoad } from './wrk-load.ts'

/** As npm and pnpm ask. */
const HEADERS = {
  accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*',
  'accept-encoding': 'gzip',
}

/** How many answers there have to be for one of Verdaccio. */
const TIMES = 500

const SLOWEST = 'warm packument, 99 of 100 answers, while somebody publishes'
const SATURATED = 'warm packument, 99 of 100 answers, clients that never wait, while somebody publishes'

type Servers = { readonly ours: Served; readonly verdaccio: Served }

/** One packument, which everybody has: asked for by many clients, beside Verdaccio, and while somebody publishes. */
export async function measurePackument(site: Site, servers: Servers, { say }: BenchContext): Promise<Result[]> {
  say('measuring a warm packument')
  const { ours, verdaccio } = servers
  const [name] = site.dependencies
  const { pairs, seconds, slowSeconds } = site.sizes
  const load = ({ url }: Served, time: number): Promise<WrkLoad> =>
    site.load({ url: `${url}/${name}`, seconds: time, headers: HEADERS })
  const bytes = await sizeOf(`${ours.url}/${name}`)
  const beside = await compareLoads({
    what: `warm packument of ${name}`,
    ours: { label: `GET /${name}`, pids: [ours.pid], load: () => load(ours, seconds) },
    other: {
      label: `GET /${name}, Verdaccio`,
      pids: [verdaccio.pid],
      load: () => load(verdaccio, slowSeconds),
      name: 'Verdaccio',
    },
    pairs,
    goal: { of: 'ratio', most: 1 / TIMES },
    note: `The time of ${seconds} s, for Verdaccio of ${slowSeconds} s, through the number of answers in it: ${CONNECTIONS} clients, abbreviated, gzip, ${bytes} bytes.`,
  })
  const perSecond = 1000 / median(beside.pairs.map(({ other }) => other))
  const slowest = await measureSlowest(site, ours, {
    rate: Math.ceil(perSecond * TIMES),
    load: () => load(ours, seconds),
  })
  return [beside, ...slowest]
}

type Loads = { readonly rate: number; readonly load: () => Promise<WrkLoad> }

/** The time in which 99 of 100 requests are answered: at a rate, and of clients that ask again at once. */
async function measureSlowest(site: Site, ours: Served, { rate, load }: Loads): Promise<Result[]> {
  const { ratedLoad, sizes, dependencies } = site
  const publisher = await createPublisher(ours.url, `${SCOPE}/published`)
  const seconds = sizes.ratedSeconds
  const rates: number[] = []
  const rated = async (): Promise<number> => {
    const { rate: reached, p99 } = await ratedLoad({
      url: `${ours.url}/${dependencies[0]}`,
      seconds,
      rate,
      headers: HEADERS,
    })
    rates.push(reached)
    return p99
  }
  const common = { publisher, pairs: sizes.pairs }
  const [steady, saturated] = [
    await measurePublishing({ ...common, what: SLOWEST, by: 'h2load', load: rated }),
    await measurePublishing({ ...common, what: SATURATED, by: 'wrk', load: async () => (await load()).p99 }),
  ]
  const asked = `${CONNECTIONS} clients, which ask ${inWords(rate)} times a second together, ${TIMES} times what Verdaccio gives, and were answered ${inWords(Math.min(...rates))} times or more. What a client asks late because it waits for an answer counts as if it had been asked in time.`
  return [
    { ...steady, goal: { of: 'time', most: 5 }, note: `${asked} ${steady.note}` },
    {
      ...saturated,
      note: `Both processors have more to do than they can: it says how long the queue is. ${saturated.note}`,
    },
  ]
}

type Publishing = {
  readonly publisher: Publisher
  readonly pairs: number
  readonly what: string
  readonly by: string
  readonly load: () => Promise<number>
}

async function measurePublishing({ publisher, pairs, what, by, load }: Publishing) {
  const counts: number[] = []
  const publishing = async (): Promise<number> => {
    const { result, published } = await publisher.during(load)
    counts.push(published)
    return result
  }
  const result = await compare({
    what,
    ours: { label: `${by}, while one client publishes`, measure: publishing },
    other: { label: by, measure: load },
    pairs,
  })
  const published = counts.reduce((sum, count) => sum + count, 0)
  const note = `${inWords(published)} versions of one package of the company were published, one after the other, in ${counts.length} loads.`
  return { ...result, note }
}

function inWords(count: number): string {
  return Math.round(count).toLocaleString('en')
}

/** Of what goes over the wire. */
async function sizeOf(url: string): Promise<string> {
  const { headers } = await fetch(url, { method: 'HEAD', headers: HEADERS })
  return Number(headers.get('content-length')).toLocaleString('en')
}
