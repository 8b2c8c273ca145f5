import type { BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import type { Served } from '../swap/platform.ts'
import { compareLoads } from './compare-loads.ts'
import { createPublisher } from './publisher.ts'
import { SCOPE } from './registry-server.ts'
import type { Site } from './site.ts'
import { CONNECTIONS } from './wrk-load.ts'
import type { WrkLoad } from './wrk-load.ts'

/** As npm and pnpm ask. */
const HEADERS = {
  accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*',
  'accept-encoding': 'gzip',
}

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
    goal: { of: 'ratio', most: 1 / 500 },
    note: `The time of ${seconds} s, for Verdaccio of ${slowSeconds} s, through the number of answers in it: ${CONNECTIONS} clients, abbreviated, gzip, ${bytes} bytes.`,
  })
  return [beside, await measureSlowest(site, servers, () => load(ours, seconds))]
}

/** The time in which 99 of 100 requests are answered. */
async function measureSlowest({ sizes }: Site, { ours }: Servers, load: () => Promise<WrkLoad>): Promise<Result> {
  const publisher = await createPublisher(ours.url, `${SCOPE}/published`)
  const counts: number[] = []
  const result = await compare({
    what: 'warm packument, 99 of 100 answers, while somebody publishes',
    ours: {
      label: 'wrk, while one client publishes',
      measure: async () => {
        const { result, published } = await publisher.during(load)
        counts.push(published)
        return result.p99
      },
    },
    other: { label: 'wrk', measure: async () => (await load()).p99 },
    pairs: sizes.pairs,
    goal: { of: 'time', most: 5 },
  })
  const published = counts.reduce((sum, count) => sum + count, 0)
  const note = `${published} versions of one package of the company were published, one after the other, in ${counts.length} loads of ${sizes.seconds} s with ${CONNECTIONS} clients.`
  return { ...result, note }
}

/** Of what goes over the wire. */
async function sizeOf(url: string): Promise<string> {
  const { headers } = await fetch(url, { method: 'HEAD', headers: HEADERS })
  return Number(headers.get('content-length')).toLocaleString('en')
}
