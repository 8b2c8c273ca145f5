import { mkdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, startProcess } from '@mochi/testing'
import type { Folder, TestProcess } from '@mochi/testing'
import { readLock } from '@mochi/toolchain'
import type { Benchmark, Findings } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { timeCommand } from '../time-command.ts'
import { npmArtifacts, pathOfArtifact } from './artifact-paths.ts'
import { measureSetup } from './measure-setup.ts'

/** What the pinned toolchain costs: each call, the first install, and the way from nothing to a workspace that works. */
export const benchToolchain: Benchmark = async ({ say }) => {
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  say('measuring calls')
  const results: Result[] = [await measureLauncher(prepared), await measurePath(prepared)]
  say('measuring a fresh install')
  results.push(await measureInstall(prepared))
  const missing: Findings['missing'][number][] = []
  for (const store of ['cold', 'warm'] as const) {
    say(`measuring setup from nothing, store ${store}`)
    try {
      results.push(await measureSetup(prepared.env, store))
    } catch (error) {
      missing.push({
        what: `setup from nothing, store ${store}`,
        why: error instanceof Error ? error.message : String(error),
      })
    }
  }
  return { introduction: INTRODUCTION, results, missing }
}

const INTRODUCTION = 'What the pinned toolchain costs at every call, at its first install, and from nothing.'

function measureLauncher({ checkout, bare, generation }: PreparedCheckout): Promise<Result> {
  const options = { cwd: checkout.path, env: bare }
  const node = join(generation, 'bin/node')
  return compare({
    what: 'warm launcher',
    ours: {
      label: './mochi exec -- node -v',
      measure: () => timeCommand([checkout.join('mochi'), 'exec', '--', 'node', '-v'], options),
    },
    other: { label: 'node -v', measure: () => timeCommand([node, '-v'], options) },
    pairs: 101,
    warmUps: 5,
    goal: { of: 'difference', most: 10 },
  })
}

async function measurePath({ checkout, env, generation }: PreparedCheckout): Promise<Result> {
  const binary = await realpath(join(generation, 'bin/node'))
  const options = { cwd: checkout.path, env }
  return compare({
    what: 'a tool through PATH',
    ours: { label: 'node -v', measure: () => timeCommand(['node', '-v'], options) },
    other: { label: 'opt/node/…/bin/node -v', measure: () => timeCommand([binary, '-v'], options) },
    pairs: 1001,
    warmUps: 5,
    goal: { of: 'ratio', most: 1.01 },
    note: 'A link to the binary, found by its name, against the binary by its path. They differ by less than the measurement can tell, which is one in a hundred.',
  })
}

/** Sequential: each archive to a file, then unpacked, as one would by hand. Prints nothing, checks no digest. */
const BY_HAND = `set -eu
cd "$1"; shift
for url do
  folder=\${url##*/}
  mkdir "$folder"
  curl -fsS -o archive "$url"
  tar -xzf archive -C "$folder"
done`

async function measureInstall(prepared: PreparedCheckout): Promise<Result> {
  const { checkout, bare } = prepared
  const platform = `${process.platform}-${process.arch}`
  const lockFile = checkout.join('toolchain/toolchain.lock')
  await using server = serveArtifacts(lockFile, platform, bare)
  const url = /at (\S+)\n/.exec(await server.waitFor(/at \S+\n/))?.[1] ?? ''
  const urls = npmArtifacts(await readLock(lockFile), platform).map(({ source }) => url + pathOfArtifact(source))
  await using folder = await createFolder()
  const install = async () => {
    const prefix = await emptyFolder(folder, 'prefix')
    const env = { ...bare, MOCHI_PREFIX: prefix, MOCHI_REGISTRY: url, npm_config_registry: url }
    return timeCommand([checkout.join('toolchain/install'), '--quiet'], { cwd: checkout.path, env })
  }
  const byHand = async () =>
    timeCommand(['sh', '-c', BY_HAND, 'sh', await emptyFolder(folder, 'by-hand'), ...urls], { env: bare })
  return await compare({
    what: 'fresh install',
    ours: { label: 'toolchain/install', measure: install },
    other: { label: 'curl and tar, one archive after the other', measure: byHand },
    pairs: 7,
    goal: { of: 'ratio', most: 1 },
    note: `The same ${urls.length} archives from one server on this machine’s loopback interface, which holds them in memory. Ours also checks digests and tree contents, and unpacks of Node only what the lock keeps.`,
  })
}

function serveArtifacts(lockFile: string, platform: string, env: Readonly<Record<string, string>>): TestProcess {
  const registry = env['npm_config_registry'] ?? ''
  const script = join(import.meta.dirname, 'serve-artifacts.ts')
  return startProcess(process.execPath, [script, lockFile, platform, registry], { env })
}

async function emptyFolder(folder: Folder, name: string): Promise<string> {
  await rm(folder.join(name), { recursive: true, force: true })
  await mkdir(folder.join(name))
  return folder.join(name)
}
