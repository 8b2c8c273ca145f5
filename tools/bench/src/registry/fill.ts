import { listenOnFreePort } from '@mochi/testing'
import { ask } from './ask.ts'
import { makePackage } from './made-package.ts'
import { installAtOnce } from './installs.ts'
import { createSnapshotServer } from './snapshot.ts'
import type { Site } from './site.ts'

/** The package of whose many versions the tarballs are asked for. */
export const TARBALL = 'bench-tarball'

/** Has each server hold all that it will be asked for, and then the upstream ask nobody any more. */
export async function fill(site: Site): Promise<void> {
  const { upstream, sizes, nginx } = site
  const made = makePackage(TARBALL, { count: sizes.many, size: sizes.tarball })
  await upstream.add(made)
  const paths = made.versions.map(({ path }) => path)
  {
    await using ours = await site.startOurs()
    await using snapshot = await listenOnFreePort(createSnapshotServer({ registry: ours.url, nginx }))
    await fillOne(site, snapshot.url, paths)
  }
  {
    await using verdaccio = await site.startVerdaccio()
    await fillOne(site, verdaccio.url, paths)
  }
  await upstream.seal()
}

async function fillOne({ dependencies, env, sizes }: Site, url: string, paths: readonly string[]): Promise<void> {
  await installAtOnce(url, { count: 1, dependencies, env, patience: sizes.patience })
  for (const path of paths) await ask(`${url}${path}`)
}
