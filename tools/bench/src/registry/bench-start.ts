import type { BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { ask } from './ask.ts'
import { makePackage } from './made-package.ts'
import { startRegistry } from './registry-server.ts'
import type { Site } from './site.ts'

/** Those who ask for packages while a store is made. */
const CLIENTS = 16

/** From the start of the launcher until somebody has a packument. */
export async function measureStart(site: Site, { say }: BenchContext): Promise<Result> {
  const { packages, starts } = site.sizes
  say(`storing ${packages} packages`)
  const full = await makeStore(site, packages)
  const almostEmpty = await makeStore(site, 1)
  say('measuring starts')
  return await compare({
    what: `first packument after a start, ${packages.toLocaleString('en')} packages`,
    ours: { label: 'start, GET /package-1', measure: () => timeStart(site, full) },
    other: { label: 'the same with 1 package', measure: () => timeStart(site, almostEmpty) },
    pairs: starts,
    goal: { of: 'time', most: 700 },
    note: 'From the start of the launcher until the last byte, with a compile cache as `mochi` has it for everything that it runs.',
  })
}

/** A data folder that holds packages, as the registry has written them. */
async function makeStore({ upstream, ...site }: Site, count: number): Promise<string> {
  const data = site.folder(`store-${count}`)
  await using server = await startRegistry({ ...site, data, uplink: upstream.url })
  let next = 1
  const client = async (): Promise<void> => {
    while (next <= count) {
      const name = `package-${next++}`
      await upstream.add(makePackage(name, { count: 1, size: 10 }))
      await ask(`${server.url}/${name}`)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return data
}

async function timeStart(site: Site, data: string): Promise<number> {
  await using server = await startRegistry({ ...site, data, uplink: site.upstream.url })
  await ask(`${server.url}/package-1`)
  return performance.now() - server.started
}
