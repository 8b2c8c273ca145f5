/** Refs by name: `refs/heads/main` to the id of an object. */
export type Refs = ReadonlyMap<string, string>

/** What upstream says that it has. */
export type Listing = {
  readonly refs: Refs
  /** The default branch. */
  readonly head: string | undefined
}

const LINE = /^([0-9a-f]{40}|[0-9a-f]{64})\t(refs\/(?:heads|tags)\/.+)$/
const HEAD = /^ref: (refs\/heads\/.+)\tHEAD$/

/** What `git ls-remote --symref` prints: branches and tags alone, and what HEAD stands for. */
export function parseListing(text: string): Listing {
  const refs = new Map<string, string>()
  let head: string | undefined
  for (const line of text.split('\n')) {
    const [, oid, name] = LINE.exec(line) ?? []
    // What a tag stands for is said beside it.
    if (oid !== undefined && name !== undefined && !name.endsWith('^{}')) refs.set(name, oid)
    else head ??= HEAD.exec(line)?.[1]
  }
  return { refs, head }
}

/** What `git for-each-ref --format='%(objectname) %(refname)'` prints. */
export function parseRefs(text: string): Map<string, string> {
  const pairs = text.split('\n').filter((line) => line !== '')
  return new Map(pairs.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]))
}
