import type { BenchContext } from '../benchmarks.ts'
import type { Result } from '../comparison.ts'
import type { Served } from '../swap/platform.ts'
import { compareLoads } from './compare-loads.ts'
import type { LoadedSide } from './compare-loads.ts'
import { TARBALL } from './fill.ts'
import type { Site } from './site.ts'
import { TARBALLS } from './snapshot.ts'
import { CONNECTIONS } from './wrk-load.ts'

type Servers = { readonly ours: Served; readonly verdaccio: Served }
type Tarballs = { readonly count: number; readonly which: string; readonly most: number; readonly note: string }

/** Tarballs of one size, which all have: from its memory and from files that the system has in its own, beside nginx and beside Verdaccio. */
export async function measureTarballs(site: Site, servers: Servers, { say }: BenchContext): Promise<Result[]> {
  const { few, many } = site.sizes
  // 0.9 and 0.6 of what nginx answers in the same time.
  const kinds: readonly Tarballs[] = [
    { count: few, which: 'a few', most: 1.11, note: `${few} tarballs, which the registry has in its memory.` },
    {
      count: many,
      which: 'many, their files in the page cache',
      most: 1.67,
      note: `${many} tarballs, more than the registry has in its memory.`,
    },
  ]
  const results: Result[] = []
  for (const tarballs of kinds) {
    say(`measuring ${tarballs.which} tarballs`)
    results.push(...(await measureKind(site, servers, tarballs)))
  }
  return results
}

async function measureKind({ sizes, nginx, load }: Site, servers: Servers, tarballs: Tarballs): Promise<Result[]> {
  const { count, which, most, note } = tarballs
  const what = `tarball of ${Math.round(sizes.tarball / 1000)} kB, ${which}`
  const side = (label: string, url: string, pids: readonly number[]): LoadedSide => ({
    label,
    pids,
    load: () =>
      load({
        url: `${url}/${TARBALL}/-/${TARBALL}-1.0.`,
        seconds: sizes.seconds,
        numbered: { count, suffix: '.tgz' },
      }),
  })
  const ours = side('GET of a tarball', servers.ours.url, [servers.ours.pid])
  const files = side('GET of a file, nginx', nginx.url + TARBALLS, nginx.pids)
  const verdaccio = side('GET of a tarball, Verdaccio', servers.verdaccio.url, [servers.verdaccio.pid])
  const common = { ours, pairs: sizes.pairs, note: `${CONNECTIONS} clients, ${note}` }
  return [
    await compareLoads({
      ...common,
      what: `${what}, beside nginx`,
      other: { ...files, name: 'nginx' },
      goal: { of: 'ratio', most },
    }),
    await compareLoads({
      ...common,
      what: `${what}, beside Verdaccio`,
      other: { ...verdaccio, name: 'Verdaccio' },
      goal: { of: 'ratio', most: 1 / 5 },
    }),
  ]
}
