import type { BenchContext } from '../benchmarks.ts'
import { mostMemory, processorTime } from '../cache/processor-time.ts'
import type { Result } from '../comparison.ts'
import type { Served } from '../swap/platform.ts'
import { describeMemory } from './compare-loads.ts'
import { installAtOnce } from './installs.ts'
import { inTurn } from './in-turn.ts'
import type { Site } from './site.ts'

/** What many installs at the same moment took: milliseconds, those of the server's processors for one install, and MB. */
type Taken = { readonly ms: number; readonly server: number; readonly memory: number | undefined }

/** The most memory that the registry may have had. MB. */
const MOST_MEMORY = 350

/** Many people who have nothing yet install at the same moment. */
export async function measureInstalls(site: Site, { say }: BenchContext): Promise<Result[]> {
  const { rounds, installs } = site.sizes
  const taken = await inTurn(rounds, {
    ours: () => measureServer(site, site.startOurs, { say }),
    nginx: () => {
      say('measuring installs from nginx')
      return installAll(site, site.nginx.url)
    },
    verdaccio: () => measureServer(site, site.startVerdaccio, { say }),
  })
  const what = `${installs} cold installs at once`
  const memory = (list: readonly Taken[]): number | undefined =>
    list[0]?.memory === undefined ? undefined : Math.max(...list.map((one) => one.memory ?? NaN))
  return [
    {
      what,
      labels: { ours: 'pnpm install', other: 'pnpm install, nginx' },
      pairs: taken.map(({ ours, nginx }) => ({ ours: ours.ms, other: nginx })),
      goal: { of: 'ratio', most: 1.1 },
      note: `${site.dependencies.join(' and ')} by ${installs} people at the same moment, each with a HOME and a store of its own; the time until the last is done, and all succeed. The registry has been started for it and holds all that is asked for; nginx has the packuments and tarballs that the registry serves as files. ${describeMemory('The registry', memory(taken.map(({ ours }) => ours)), MOST_MEMORY)}`.trim(),
    },
    {
      what: `${what}, processor time of the server for one`,
      labels: { ours: 'pnpm install', other: 'pnpm install, Verdaccio' },
      pairs: taken.map(({ ours, verdaccio }) => ({ ours: ours.server, other: verdaccio.server })),
      goal: { of: 'ratio', most: 1 / 8 },
      note: `The same installs: what the process of the server used of the processors, through ${installs}. ${describeMemory('Verdaccio', memory(taken.map(({ verdaccio }) => verdaccio)))}`.trim(),
    },
  ]
}

async function measureServer(
  site: Site,
  start: () => Promise<AsyncDisposable & Served>,
  { say }: BenchContext,
): Promise<Taken> {
  await using server = await start()
  say(`measuring installs from ${server.url}`)
  const before = processorTime([server.pid]) ?? NaN
  const ms = await installAll(site, server.url)
  const used = (processorTime([server.pid]) ?? NaN) - before
  return { ms, server: used / site.sizes.installs, memory: mostMemory(server.pid) }
}

function installAll({ sizes, dependencies, env }: Site, url: string): Promise<number> {
  return installAtOnce(url, { count: sizes.installs, dependencies, env, patience: sizes.patience })
}
