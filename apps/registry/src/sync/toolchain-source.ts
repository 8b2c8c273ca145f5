import { Final } from '@mochi/mirror'
import type { Applied, Holding, PlanItem, Source, Work } from '@mochi/mirror'
import type { Archives, WantedArchive } from '../mirror/archives.ts'
import type { NodeSite } from '../uplink/node-site.ts'
import { applyPackage, asFailure, planPackages } from './package-items.ts'
import type { PackageItem, PackagesParts } from './package-items.ts'
import { sha512Of } from './named.ts'
import type { ToolchainLock } from './toolchain-lock.ts'

export type ToolchainParts = PackagesParts & {
  readonly archives: Archives
  readonly nodeSite: Pick<NodeSite, 'fetch'>
  readonly lock: ToolchainLock
}

type ArchiveItem = PlanItem & { readonly archive: WantedArchive }

const AT_ONCE = 4

/** Every archive of `toolchain.lock`, for all platforms: those of registries as packages, Node's own by their paths. */
export function createToolchainSource(parts: ToolchainParts): Source<PackageItem | ArchiveItem> {
  return {
    name: 'toolchain',
    atOnce: AT_ONCE,
    plan: async () => {
      const { wanted, archives } = await parts.lock.read()
      const packages = await planPackages(parts, wanted)
      const held = await Promise.all(archives.map((archive) => parts.archives.has(archive)))
      const missing = archives.filter((_, index) => held[index] === false)
      return {
        wanted: packages.wanted + archives.length,
        held: packages.held + archives.length - missing.length,
        items: [...packages.items, ...missing.map(toItem)],
        unobtainable: [],
      }
    },
    apply: (item, work) => ('archive' in item ? applyArchive(parts, item, work) : applyPackage(parts, item, work)),
    measure: () => measure(parts),
  }
}

function toItem(archive: WantedArchive): ArchiveItem {
  return { id: archive.path, what: `fetch ${archive.path} from Node's download site`, fetches: 1, archive }
}

async function applyArchive(
  { archives, nodeSite }: ToolchainParts,
  { archive }: ArchiveItem,
  { signal, onBytes }: Work,
): Promise<Applied> {
  try {
    const body = await nodeSite.fetch(archive.path, signal)
    const counted = async function* () {
      for await (const chunk of body) {
        onBytes(chunk.length)
        yield chunk
      }
    }
    await archives.store(Object.assign(counted(), { size: body.size }), archive)
    return { fetched: 1 }
  } catch (error) {
    throw error instanceof Final ? error : asFailure([error])
  }
}

/** A lock that cannot be read is a fault of the next run; until then nothing of it is known to be held. */
async function measure({ archives, tarballs, lock }: ToolchainParts): Promise<Holding> {
  const { wanted, archives: paths } = await lock.read().catch(() => NONE)
  const integrities = [...wanted.packages.values()].flat().flatMap(({ integrity }) => sha512Of(integrity) ?? [])
  const found = await Promise.all([
    ...paths.map(({ path }) => archives.at(path)),
    ...integrities.map((digest) => tarballs.find({ algorithm: 'sha512', digest })),
  ])
  const held = found.flatMap((tarball) => tarball ?? [])
  return { count: held.length, bytes: held.reduce((sum, { size }) => sum + size, 0) }
}

const NONE = { wanted: { packages: new Map<never, never>() }, archives: [] }
