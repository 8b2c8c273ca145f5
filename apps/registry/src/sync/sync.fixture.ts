import type { MirrorStatus, SourcePlan, SyncEvent } from '@mochi/mirror'
import { createFolder } from '@mochi/testing'
import { startRegistry } from '../registry.fixture.ts'
import type { StartOptions } from '../registry.fixture.ts'
import { packumentOf, startUpstream } from '../upstream.fixture.ts'
import type { Published, Upstream } from '../upstream.fixture.ts'

/** Packages and their versions, as a test publishes them upstream and locks them. */
export type Locked = Readonly<Record<string, readonly Published[]>>

/** A lock file of pnpm that names every version of these. */
export function pnpmLockOf(packages: Locked): string {
  const entries = Object.entries(packages).flatMap(([name, versions]) => {
    const { versions: manifests } = packumentOf(name, versions, 'http://127.0.0.1') as Manifests
    return versions.map(({ version }) => {
      const integrity = manifests[version]?.dist.integrity ?? ''
      return `  '${name}@${version}':\n    resolution: {integrity: ${integrity}}\n`
    })
  })
  return `lockfileVersion: '9.0'\npackages:${entries.length === 0 ? ' {}' : ''}\n${entries.join('')}`
}

type Manifests = { readonly versions: Readonly<Record<string, { readonly dist: { readonly integrity: string } }>> }

export type MirroringOptions = StartOptions & { readonly packages?: Locked; readonly lockFile?: string }

/** An upstream with packages, a workspace whose lock file names all of them, and a registry that mirrors it. */
export async function startMirroring({ packages = {}, lockFile, config, ...options }: MirroringOptions = {}) {
  await using started = new AsyncDisposableStack()
  const upstream = started.use(await startUpstream())
  for (const [name, versions] of Object.entries(packages)) upstream.publish(name, ...versions)
  const workspace = started.use(await createFolder({ 'pnpm-lock.yaml': lockFile ?? pnpmLockOf(packages) }))
  const registry = started.use(
    await startRegistry({
      uplink: upstream.url,
      pauses: [],
      ...options,
      config: { workspace: workspace.path, toolchain: '', ...config },
    }),
  )
  const all = started.move()
  return { ...registry, ...askOf(registry), upstream, workspace, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

export type Mirroring = Awaited<ReturnType<typeof startMirroring>>

type Registry = Awaited<ReturnType<typeof startRegistry>>

/** What `mochi mirror` asks of a registry. */
export function askOf(registry: Registry) {
  return {
    status: async () => (await registry.get('/-/mochi/mirror')).json() as unknown as MirrorStatus,
    plan: async () => {
      const { sources } = (await registry.get('/-/mochi/mirror/plan')).json() as unknown as { sources: SourcePlan[] }
      return sources
    },
    sync: async (source?: string) => eventsIn(await syncOf(registry, source)),
  }
}

function syncOf({ url }: Registry, source?: string): Promise<Response> {
  return fetch(`${url}/-/mochi/mirror/sync${source === undefined ? '' : `?source=${source}`}`, { method: 'POST' })
}

/** How a run went: all that it told, and its last word. */
export async function eventsIn(response: Response) {
  const lines = (await response.text()).split('\n').filter((line) => line !== '')
  const events = lines.map((line) => JSON.parse(line) as SyncEvent)
  const ended = events.findLast((event) => event.is === 'ended')
  const failed = events.flatMap((event) => (event.is === 'failed' ? [event.fault] : []))
  return { status: response.status, events, failed, results: ended?.results ?? [], open: ended?.open }
}

export function tarballsAsked({ asked }: Upstream): string[] {
  return asked.filter((path) => path.endsWith('.tgz')).toSorted()
}
