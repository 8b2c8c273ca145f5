/** What a lock file names, each once, in the order of the file. */
export type LockFile = {
  /** What comes from a registry. */
  readonly packages: readonly LockedPackage[]
  /** What does not. */
  readonly elsewhere: readonly Elsewhere[]
}

export type LockedPackage = {
  /** As a registry knows it, whatever the dependency is called. */
  readonly name: string
  readonly version: string
  /** Of its tarball, as in `dist.integrity` of a packument (https://www.w3.org/TR/SRI/). Berry writes none. */
  readonly integrity?: string
  /** The machines that it is for, as package.json has them; absent: all. */
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

/** A dependency that no registry has. */
export type Elsewhere = {
  /** As the lock file calls it. */
  readonly id: string
  /** What it is, for people. */
  readonly reason: string
}

/** One entry of a lock file, as its parser found it; undefined for what is part of the workspace itself. */
export type Entry =
  { readonly is: 'package'; readonly locked: LockedPackage } | ({ readonly is: 'elsewhere' } & Elsewhere)

/** The entries, each once: a lock file may name a version in many places, and its digest in only one of them. */
export function collect(entries: Iterable<Entry | undefined>): LockFile {
  const packages = new Map<string, LockedPackage>()
  const elsewhere = new Map<string, Elsewhere>()
  for (const entry of entries) {
    if (entry?.is === 'elsewhere') elsewhere.set(entry.id, { id: entry.id, reason: entry.reason })
    if (entry?.is !== 'package') continue
    const id = `${entry.locked.name}@${entry.locked.version}`
    if (packages.get(id)?.integrity === undefined) packages.set(id, entry.locked)
  }
  return { packages: [...packages.values()], elsewhere: [...elsewhere.values()] }
}

/** What a dependency is that no registry has, by the address or protocol that a lock file names. */
export function elsewhere(id: string, address: string): Entry {
  return { is: 'elsewhere', id, reason: reasonOf(address) }
}

function reasonOf(address: string): string {
  if (/^(?:git\b|github:|gitlab:|bitbucket:|ssh:)|\.git(?:#|$)|^https?:\/\/codeload\./.test(address))
    return 'it comes from a git repository'
  if (/^https?:/.test(address)) return 'it is a tarball at an address of its own'
  return 'it is a file or folder beside the project'
}
