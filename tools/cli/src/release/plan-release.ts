import { sortByNeeds } from './sort-by-needs.ts'
import type { Bump, ReleasePackage, ReleaseWorkspace } from './read-workspace.ts'

/** What one registry has of a package: the digest of each version's tarball, as `dist.integrity`. */
export type Published = ReadonlyMap<string, string>

export type ReleaseFacts = {
  readonly workspace: ReleaseWorkspace
  /** By package; of private ones nobody asks. */
  readonly published: ReadonlyMap<string, Published>
  readonly tags: ReadonlySet<string>
}

/** What a release does with one package. */
export type Step = {
  readonly name: string
  readonly folder: string
  readonly from: string
  /** The same as `from` where no changeset moves it. */
  readonly to: string
  /** A private package is tagged and stays here. */
  readonly private: boolean
  /** Of its version `to`, where the registry has it. */
  readonly integrity: string | undefined
  readonly tag: string
  readonly tagged: boolean
  /** What moves it, or what is left to be done for the version that it has. */
  readonly why: readonly string[]
}

/** Every package that is released, in the order in which that is done: after those that it needs. Pure. */
export function planRelease({ workspace, published, tags }: ReleaseFacts): readonly Step[] {
  const bumps = new Map(workspace.bumps.map((bump) => [bump.name, bump]))
  return sortByNeeds(workspace.packages.filter((each) => !each.isPrivate || workspace.tagsPrivate)).map((each) => {
    const bump = bumps.get(each.name)
    const to = bump?.to ?? each.version
    const integrity = published.get(each.name)?.get(to)
    const tag = `${each.name}@${to}`
    const done = { isThere: each.isPrivate || integrity !== undefined, isTagged: tags.has(tag) }
    return {
      ...{ name: each.name, folder: each.folder, from: each.version, to, private: each.isPrivate, integrity, tag },
      tagged: done.isTagged,
      why: bump === undefined ? whatIsLeft(done) : whyMoved(each, bump, bumps),
    }
  })
}

/** Whether anything is left to be done for it. */
export function isOpen({ why }: Step): boolean {
  return why.length > 0
}

function whatIsLeft({ isThere, isTagged }: { isThere: boolean; isTagged: boolean }): readonly string[] {
  if (!isThere) return ['the registry does not have it']
  return isTagged ? [] : ['git has no tag of it']
}

function whyMoved({ needs }: ReleasePackage, { reasons }: Bump, bumps: ReadonlyMap<string, Bump>): readonly string[] {
  if (reasons.length > 0) return reasons
  const moved = needs.flatMap((name) => bumps.get(name) ?? [])
  if (moved.length === 0) return ['it moves together with others (fixed or linked)']
  return moved.map(({ name, to }) => `it needs ${name}, which becomes ${to}`)
}
