import { lineOf } from './source-file.ts'
import type { Manifest, Package, Workspace } from './workspace.ts'

/** The fields of a package.json that name other packages. */
export const DEPENDENCY_FIELDS = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
] as const

export type DependencyField = (typeof DEPENDENCY_FIELDS)[number]

/** One entry of one such field. */
export type Declaration = { field: DependencyField; name: string; version: string }

/** Every dependency that a package.json declares. */
export function declarationsOf(manifest: Manifest): Declaration[] {
  return DEPENDENCY_FIELDS.flatMap((field) =>
    Object.entries(manifest[field] ?? {}).map(([name, version]) => ({ field, name, version })),
  )
}

/** The package of the workspace that has a name, `@mochi/errors`. */
export function packageNamed(workspace: Workspace, name: string): Package | undefined {
  return workspace.packages.find(({ manifest }) => manifest.name === name)
}

/** The line of a package.json that declares a dependency. */
export function lineOfDependency({ manifestFile }: Package, name: string): number | undefined {
  return lineOf(manifestFile, `"${name}":`)
}

/** The text of a package.json after a change of its value; its entries keep their order. */
export function editManifest(text: string, change: (manifest: Record<string, unknown>) => void): string {
  const manifest = JSON.parse(text) as Record<string, unknown>
  change(manifest)
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** The entries of an object by the order of their keys' code units: the same on every machine. */
export function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
