import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createCheckout, createFolder } from '@mochi/testing'
import type { Environment, Folder } from '@mochi/testing'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createStockWorkspace } from '../stock-nx.ts'
import { timeCommand } from '../time-command.ts'
import { withoutStore } from './without-store.ts'

/**
 * From nothing to a workspace that can test: `./mochi setup` in a fresh clone with no Node on PATH, against Nx's own way
 * with Node, npm and pnpm (those of `tools`) already there. With a cold store HOME is empty on both sides; with a warm
 * one each side's HOME has been through it before, and only toolchain prefix, clone and workspace are new.
 */
export async function measureSetup(tools: Environment, store: 'cold' | 'warm'): Promise<Result> {
  await using homes = await createFolder()
  const home = (name: string) => openHome(homes, name, store)
  return await compare({
    what: `setup from nothing, store ${store}`,
    ours: { label: './mochi setup', measure: async () => timeSetup(await home('ours')) },
    other: {
      label: 'npx create-nx-workspace; npx nx add @nx/vitest',
      measure: async () => timeStock(tools, await home('other')),
    },
    pairs: 3,
    warmUps: store === 'warm' ? 1 : 0,
    goal: { of: 'ratio', most: 1 },
    note: `Ours begins without Node, the peer with it. ${STORE_NOTES[store]}`,
  })
}

const STORE_NOTES = {
  cold: 'HOME is empty on both sides, so that every package comes over the network.',
  warm: 'HOME keeps the stores of pnpm and npm from an earlier run; our toolchain still comes over the network.',
}

async function openHome(homes: Folder, name: string, store: 'cold' | 'warm'): Promise<string> {
  const home = homes.join(name)
  if (store === 'cold') await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  return home
}

async function timeSetup(home: string): Promise<number> {
  await using checkout = await createCheckout()
  await using prefix = await createFolder()
  const env = withoutStore({
    ...checkout.env,
    HOME: home,
    MOCHI_PREFIX: prefix.path,
    PATH: '/usr/local/bin:/usr/bin:/bin',
  })
  return timeCommand([checkout.join('mochi'), 'setup'], { cwd: checkout.path, env })
}

async function timeStock(tools: Environment, home: string): Promise<number> {
  await using folder = await createFolder()
  const env = withoutStore({ ...tools, HOME: home, TMPDIR: join(folder.path, 'tmp') })
  await mkdir(env['TMPDIR'] ?? '')
  return createStockWorkspace(folder.path, 'stock', env)
}
