import type { Environment } from '@mochi/testing'
import type { Nginx } from '../cache/nginx.ts'
import type { BelowLauncher, Launchable } from '../service/below-launcher.ts'
import type { Served } from '../swap/platform.ts'
import type { RatedLoad, RatedOptions } from './rated-load.ts'
import { startRegistry } from './registry-server.ts'
import type { LocalUpstream } from './start-upstream.ts'
import { startStockVerdaccio } from './verdaccio-server.ts'
import type { WrkLoad, WrkOptions } from './wrk-load.ts'

/** How much is measured. */
export type Sizes = {
  readonly pairs: number
  /** Of one load, and of one of a server that needs seconds for an answer. */
  readonly seconds: number
  readonly slowSeconds: number
  /** Of one load at a rate. */
  readonly ratedSeconds: number
  /** Bytes of a tarball; so few of them that the registry has them in its memory, and so many that it has not. */
  readonly tarball: number
  readonly few: number
  readonly many: number
  /** Installs at the same moment, and how often that is measured. */
  readonly installs: number
  readonly rounds: number
  /** Milliseconds for all that install at the same moment: then those that are not done are ended, and nothing is measured. */
  readonly patience: number
  /** Packages that are there at a start, and how often one is measured. */
  readonly packages: number
  readonly starts: number
}

export type Setup = Launchable & {
  readonly env: Environment
  readonly sizes: Sizes
  /** What is installed; the packument of the first is what everybody asks for. */
  readonly dependencies: readonly [string, ...string[]]
  /** Many clients at once. Tests have a few. */
  readonly load: (options: WrkOptions) => Promise<WrkLoad>
  readonly ratedLoad: (options: RatedOptions) => Promise<RatedLoad>
}

/** All that is measured beside one another, on one machine, with one upstream. */
export type Site = Setup & {
  readonly upstream: LocalUpstream
  readonly nginx: Nginx
  /** Gives the path of a folder that is there as long as the site. */
  readonly folder: (name: string) => string
  readonly startOurs: () => Promise<BelowLauncher>
  readonly startVerdaccio: () => Promise<AsyncDisposable & Served>
}

export function createSite(setup: Setup, parts: Pick<Site, 'upstream' | 'nginx' | 'folder'>): Site {
  const { upstream, folder } = parts
  const { root, env } = setup
  return {
    ...setup,
    ...parts,
    startOurs: () => startRegistry({ ...setup, data: folder('ours'), uplink: upstream.url }),
    startVerdaccio: () => startStockVerdaccio({ root, env, folder: folder('verdaccio'), uplink: upstream.url }),
  }
}
