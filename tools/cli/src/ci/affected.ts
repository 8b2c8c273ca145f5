/** What the graph says of a run: every project, and those that a change reaches. */
export type Affected = {
  /** Files that differ from the base, paths from the root. */
  readonly changed: readonly string[]
  readonly projects: Readonly<Record<string, GraphProject>>
  /** Names of the projects that are to be checked, in the order of the names. */
  readonly affected: readonly string[]
  /** Of these, the ones that a changed file makes so itself, with those files. */
  readonly touched: Readonly<Record<string, readonly string[]>>
  /** Manifests that are there no longer, with the name of their project: Nx then checks all the others. */
  readonly removed: Readonly<Record<string, string>>
  /** The file of Nx's database, which has the machine in its name. */
  readonly database: string
}

export type GraphProject = {
  /** Path of its folder from the root. */
  readonly root: string
  readonly targets: readonly string[]
  /** Projects that it imports. */
  readonly dependencies: readonly string[]
}

/** How many files or projects a reason names before it counts the rest. */
const NAMED = 3

/**
 * Why each project is checked, a line for each reason: the changed files that touch it, or else the shortest chain of
 * imports to a project that is touched. Pure.
 */
export function explainAffected(facts: Affected): ReadonlyMap<string, readonly string[]> {
  return new Map(facts.affected.map((name) => [name, explain(name, facts)]))
}

function explain(name: string, facts: Affected): readonly string[] {
  const files = facts.touched[name]
  if (files !== undefined) return files.length === 0 ? ['shared files changed'] : listFiles(files, facts)
  const chain = findChain(name, facts)
  const end = chain.at(-1)
  if (end === undefined) return ['shared files changed']
  return [`imports ${chain.join(', which imports ')}: ${listFiles(facts.touched[end] ?? [], facts).join(', ')}`]
}

/** A manifest that is gone is told first, in words. */
function listFiles(files: readonly string[], { removed, projects }: Affected): readonly string[] {
  const gone = files.flatMap((file) => removed[file] ?? [])
  const told = gone.map((name) => `a project was ${projects[name] === undefined ? 'removed' : 'moved'}: ${name}`)
  const reasons = [...told, ...files.filter((file) => removed[file] === undefined)]
  const more = reasons.length - NAMED
  return more <= 0 ? reasons : [...reasons.slice(0, NAMED), `${more} more`]
}

/** The projects from the first import to the nearest one that is touched; empty where there is none. */
function findChain(name: string, { projects, touched }: Affected): readonly string[] {
  const seen = new Set([name])
  let paths: readonly (readonly string[])[] = [[]]
  while (paths.length > 0) {
    const next = paths.flatMap((path) =>
      (projects[path.at(-1) ?? name]?.dependencies ?? [])
        .filter((each) => !seen.has(each))
        .map((each) => {
          seen.add(each)
          return [...path, each]
        }),
    )
    const found = next.find((path) => touched[path.at(-1) ?? ''] !== undefined)
    if (found !== undefined) return found
    paths = next
  }
  return []
}
