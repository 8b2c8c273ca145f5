import { readdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createFolder, runProcess, startProcess } from '@mochi/testing'
import type { Environment } from '@mochi/testing'
import type { BenchContext } from '../benchmarks.ts'
import { mostMemory } from '../cache/processor-time.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { startBelowLauncher } from '../service/below-launcher.ts'
import type { BelowLauncher, Launchable } from '../service/below-launcher.ts'

export type MirrorSetup = Launchable & {
  readonly env: Environment
  /** The checkout whose lock file is mirrored. */
  readonly workspace: string
  /** The registry that is asked once for what the lock file names. */
  readonly source: string
  readonly pairs: number
}

/** What it costs to mirror all that a lock file names, from one upstream on loopback that does next to nothing for an answer. */
export async function measureMirror(setup: MirrorSetup, { say }: BenchContext): Promise<Result[]> {
  await using folder = await createFolder()
  const files = folder.join('upstream')
  await runProcess('mkdir', ['-p', files])
  say('fetching all that the lock file names, once')
  await fill(setup, files, folder.join('filled'))
  const site = { ...setup, files, data: folder.join('data'), copy: folder.join('copy') }
  await using upstream = await serve('./serve-files.ts', [files])
  const uplink = upstream.url
  const names = await readdir(files)
  const addresses = names.map((name) => `${uplink}/${name}`).join('\n')
  const memory: number[] = []
  const run = async (): Promise<number> => {
    await using server = await startMirror({ ...site, uplink })
    const time = await sync(server)
    memory.push(mostMemory(server.pid) ?? NaN)
    return time
  }
  say('measuring runs from empty')
  const empty = await compare({
    what: 'all that the lock file names, from empty',
    ours: { label: 'mirror sync packages', measure: () => rm(site.data, { recursive: true, force: true }).then(run) },
    other: { label: 'the same files, 24 at once', measure: () => download(site.copy, addresses) },
    pairs: setup.pairs,
    goal: { of: 'ratio', most: 1.5 },
  })
  const most = Math.max(...memory.splice(0))
  say('measuring runs with nothing new')
  const same = await compare({
    what: 'a run with nothing new',
    ours: { label: 'mirror sync packages', measure: run },
    other: { label: 'the same files, 24 at once', measure: () => download(site.copy, addresses) },
    pairs: setup.pairs,
    goal: { of: 'time', most: 3_000 },
  })
  return [
    { ...empty, note: `${names.length} files; the registry has had ${most.toFixed(0)} MB of memory at most.` },
    { ...same, note: `The registry, started anew, has had ${Math.max(...memory).toFixed(0)} MB of memory at most.` },
  ]
}

async function fill({ source, ...setup }: MirrorSetup, files: string, data: string): Promise<void> {
  await using upstream = await serve('../registry/serve-upstream.ts', [files, source])
  await using server = await startMirror({ ...setup, data, uplink: upstream.url })
  await sync(server)
}

async function serve(program: string, args: readonly string[]): Promise<AsyncDisposable & { url: string }> {
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1', NODE_USE_SYSTEM_CA: '1' }
  const server = startProcess(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args], { env })
  const [, url = ''] = /serves at (\S+)\n/.exec(await server.waitFor(/serves at \S+\n/)) ?? []
  return { url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

type Started = Omit<MirrorSetup, 'source' | 'pairs'> & { readonly data: string; readonly uplink: string }

function startMirror({ data, uplink, workspace, env, ...options }: Started): Promise<BelowLauncher> {
  const own = { REGISTRY_DATA: data, REGISTRY_UPLINK: uplink, REGISTRY_WORKSPACE: workspace, REGISTRY_TOOLCHAIN: '' }
  return startBelowLauncher('registry', { ...options, env: { ...env, ...own, REGISTRY_SCOPES: '["@bench"]' } })
}

/** Milliseconds of a run in which nothing failed. */
async function sync({ url }: BelowLauncher): Promise<number> {
  const start = performance.now()
  const response = await fetch(`${url}/-/mochi/mirror/sync?source=packages`, { method: 'POST' })
  const last = (await response.text()).trim().split('\n').at(-1) ?? ''
  if (!last.includes('"failed":0')) throw new Error(`the run failed: ${last.slice(0, 1_000)}`)
  return performance.now() - start
}

async function download(folder: string, addresses: string): Promise<number> {
  await rm(folder, { recursive: true, force: true })
  const program = fileURLToPath(new URL('./download.ts', import.meta.url))
  const start = performance.now()
  const { code, stderr } = await runProcess(process.execPath, [program, folder], { input: addresses })
  if (code !== 0) throw new Error(stderr)
  return performance.now() - start
}
