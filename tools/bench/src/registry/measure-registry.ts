import { createFolder } from '@mochi/testing'
import type { BenchContext } from '../benchmarks.ts'
import { startNginx } from '../cache/nginx.ts'
import type { Result } from '../comparison.ts'
import { measureInstalls } from './bench-installs.ts'
import { measurePackument } from './bench-packument.ts'
import { measureStart } from './bench-start.ts'
import { measureTarballs } from './bench-tarballs.ts'
import { fill } from './fill.ts'
import { createSite } from './site.ts'
import type { Setup, Site } from './site.ts'
import type { LocalUpstream } from './start-upstream.ts'

/** All rows, with this upstream, which is sealed on the way. */
export async function measureRegistry(setup: Setup, upstream: LocalUpstream, { say }: BenchContext): Promise<Result[]> {
  await using folder = await createFolder()
  await using nginx = await startNginx()
  const site = createSite(setup, { upstream, nginx, folder: (name) => folder.join(name) })
  say('filling the registries')
  await fill(site)
  return [
    ...(await measureServing(site, { say })),
    ...(await measureInstalls(site, { say })),
    await measureStart(site, { say }),
  ]
}

async function measureServing(site: Site, context: BenchContext): Promise<Result[]> {
  await using ours = await site.startOurs()
  await using verdaccio = await site.startVerdaccio()
  const servers = { ours, verdaccio }
  return [...(await measurePackument(site, servers, context)), ...(await measureTarballs(site, servers, context))]
}
