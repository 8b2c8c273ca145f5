/** The fields of a package.json that decide whether a package can be installed by others. */
type Manifest = {
  readonly name?: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package that is published, and one of the workspace that it needs and that is not. */
export type UnpublishedDependency = { readonly from: string; readonly to: string }

/** What whoever installs a package installs with it. */
export function neededBy({ dependencies, peerDependencies, optionalDependencies }: Manifest): readonly string[] {
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
}

/** Everything that published packages need and that nobody will find. Pure. */
export function findUnpublishedDependencies(manifests: readonly Manifest[]): readonly UnpublishedDependency[] {
  const hidden = new Set(manifests.filter((manifest) => manifest.private === true).map(({ name }) => name))
  return manifests
    .filter((manifest) => manifest.private !== true)
    .flatMap((manifest) =>
      neededBy(manifest)
        .filter((to) => hidden.has(to))
        .map((to) => ({ from: manifest.name ?? '', to })),
    )
}
