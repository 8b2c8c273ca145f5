import { loneProjects, rooms } from '@mochi/names'
import { findImports } from './imports.ts'
import type { ImportSite } from './imports.ts'
import { isCode } from './source-file.ts'
import type { SourceFile } from './source-file.ts'

/** The fields of a package.json that the rules look at. */
export type Manifest = {
  readonly name?: string
  readonly description?: string
  readonly version?: string
  readonly license?: string
  readonly private?: boolean
  readonly files?: readonly string[]
  readonly publishConfig?: { readonly exports?: unknown }
  readonly nx?: { readonly name?: string }
  /** Path of a generator collection, from the package's folder. */
  readonly generators?: string
  /**
   * `keeps`: dependencies that nothing imports, each with the reason why it stays. `up`: `asked` where `mochi up` starts a
   * service only when it is named. `node`: flags of Node for its process.
   */
  readonly mochi?: {
    readonly kind?: string
    readonly up?: 'asked'
    readonly node?: readonly string[]
    readonly keeps?: Readonly<Record<string, string>>
  }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package of the workspace. The root is one too, with the folder ''. */
export type Package = {
  /** Path from the root: `libs/errors`, `toolchain`, or '' for the root. */
  readonly folder: string
  /** What Nx calls it: the last part of its folder. */
  readonly name: string
  readonly manifestFile: SourceFile
  readonly manifest: Manifest
  /** All its files, those of packages inside its folder excepted. */
  readonly files: readonly SourceFile[]
  readonly imports: readonly ImportSite[]
}

/** What is installed of an npm package, as far as rules ask. */
export type InstalledPackage = {
  readonly peers: readonly string[]
  readonly bins: readonly string[]
  /** Names and aliases of its Nx generators. */
  readonly generators: readonly string[]
}

/** Everything that the rules look at. They read nothing else. */
export type Workspace = {
  readonly files: readonly SourceFile[]
  readonly root: Package | undefined
  /** Every package but the root, sorted by folder. */
  readonly packages: readonly Package[]
  /** Manifests that are no JSON objects: their packages are not in `packages`. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[]
  /** By name; what is not installed is absent. */
  readonly installed: ReadonlyMap<string, InstalledPackage>
  /** Absolute paths that tell whose machine this is: the checkout and the user's folder. */
  readonly machinePaths: readonly string[]
}

/** What a snapshot holds beside the files. */
export type Surroundings = Partial<Pick<Workspace, 'installed' | 'machinePaths'>>

/** The snapshot of a workspace that has these files. Pure: nothing is read. */
export function createWorkspace(
  files: readonly SourceFile[],
  { installed = new Map(), machinePaths = [] }: Surroundings = {},
): Workspace {
  const manifests = files.filter(({ path }) => isManifest(path)).map((file) => ({ file, ...parseManifest(file.text) }))
  const folders = manifests.map(({ file }) => folderOf(file.path))
  const byFolder = Map.groupBy(files, ({ path }) => ownerOf(path, folders))
  const packages = manifests
    .flatMap(({ file, manifest }) => (manifest === undefined ? [] : [{ file, manifest }]))
    .map(({ file, manifest }): Package => {
      const folder = folderOf(file.path)
      const own = byFolder.get(folder) ?? []
      const imports = own.filter(({ path }) => isCode(path)).flatMap(findImports)
      return { folder, name: folder.split('/').at(-1) ?? '', manifestFile: file, manifest, files: own, imports }
    })
    .sort((a, b) => (a.folder < b.folder ? -1 : 1))
  return {
    files,
    root: packages.find(({ folder }) => folder === ''),
    packages: packages.filter(({ folder }) => folder !== ''),
    unreadable: manifests.flatMap(({ file, fault }) =>
      fault === undefined ? [] : [{ path: file.path, reason: fault }],
    ),
    installed,
    machinePaths,
  }
}

/** True for the package.json of the root or of a package in its place. */
function isManifest(path: string): boolean {
  const parts = path.split('/')
  if (parts.pop() !== 'package.json') return false
  const [room = '', ...rest] = parts
  if (parts.length === 0) return true
  return rest.length === 0
    ? (loneProjects as readonly string[]).includes(room)
    : rest.length === 1 && (rooms as readonly string[]).includes(room)
}

function folderOf(manifest: string): string {
  return manifest.slice(0, -'package.json'.length).replace(/\/$/, '')
}

function ownerOf(path: string, folders: readonly string[]): string {
  return folders.find((folder) => folder !== '' && path.startsWith(`${folder}/`)) ?? ''
}

function parseManifest(text: string): { manifest?: Manifest; fault?: string } {
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return { fault: 'it is no JSON object' }
    return { manifest: value }
  } catch (error) {
    return { fault: (error as Error).message }
  }
}
