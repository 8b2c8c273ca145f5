import { resolve } from 'node:path'
import { Final } from '@mochi/mirror'
import type { Applied, Holding, PlanItem, Source, Work } from '@mochi/mirror'
import { readLock } from '@mochi/toolchain/lock-file'
import type { Artifact } from '@mochi/toolchain/lock-file'
import type { Archives, WantedArchive } from '../mirror/archives.ts'
import type { NodeSite } from '../uplink/node-site.ts'
import { applyPackage, asFailure, planPackages } from './package-items.ts'
import type { PackageItem, PackagesParts } from './package-items.ts'
import type { Wanted, WantedVersion } from './wanted.ts'

export type ToolchainParts = PackagesParts & {
  readonly archives: Archives
  readonly nodeSite: Pick<NodeSite, 'fetch'>
  /** `toolchain.lock`, absolute or relative to the workspace. */
  readonly workspace: string
  readonly file: string
}

type ArchiveItem = PlanItem & { readonly archive: WantedArchive }

const AT_ONCE = 4
const NPM = 'npm:'
const SITE = 'node-site:'

/** Every archive of `toolchain.lock`, for all platforms: those of registries as packages, Node's own by their paths. */
export function createToolchainSource(parts: ToolchainParts): Source<PackageItem | ArchiveItem> {
  const read = async (): Promise<readonly Artifact[]> =>
    (await readLock(resolve(parts.workspace, parts.file))).artifacts
  return {
    name: 'toolchain',
    atOnce: AT_ONCE,
    plan: async () => {
      const artifacts = await read()
      const packages = await planPackages(parts, wantedOf(artifacts, parts.file))
      const archives = archivesOf(artifacts)
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
    measure: async () => measure(parts, await read().catch(() => [])),
  }
}

function toItem(archive: WantedArchive): ArchiveItem {
  return { id: archive.path, what: `fetch ${archive.path} from Node's download site`, fetches: 1, archive }
}

/** The same archive may stand there for several platforms. */
function wantedOf(artifacts: readonly Artifact[], by: string): Wanted {
  const packages = new Map<string, Map<string, WantedVersion>>()
  for (const { source, digest } of artifacts) {
    if (!source.startsWith(NPM)) continue
    const at = source.lastIndexOf('@')
    const [name, version] = [source.slice(NPM.length, at), source.slice(at + 1)]
    const integrity = `sha512-${Buffer.from(digest.replace('sha512:', ''), 'hex').toString('base64')}`
    packages.set(
      name,
      (packages.get(name) ?? new Map<string, WantedVersion>()).set(version, { version, integrity, by }),
    )
  }
  return { packages: new Map([...packages].map(([name, all]) => [name, [...all.values()]])), unobtainable: [] }
}

function archivesOf(artifacts: readonly Artifact[]): WantedArchive[] {
  return artifacts.flatMap(({ source, digest }) =>
    source.startsWith(SITE) ? [{ path: source.slice(SITE.length), sha256: digest.replace('sha256:', '') }] : [],
  )
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

async function measure({ archives, tarballs }: ToolchainParts, artifacts: readonly Artifact[]): Promise<Holding> {
  const distinct = new Map(artifacts.map((artifact) => [artifact.source, artifact]))
  const found = await Promise.all(
    [...distinct.values()].map(({ source, digest }) =>
      source.startsWith(SITE)
        ? archives.at(source.slice(SITE.length))
        : tarballs.find({ algorithm: 'sha512', digest: digest.replace('sha512:', '') }),
    ),
  )
  const held = found.flatMap((tarball) => tarball ?? [])
  return { count: held.length, bytes: held.reduce((sum, { size }) => sum + size, 0) }
}
