/** One target, in words that do not depend on Nx. */
export type TargetFacts = {
  project: string
  target: string
  /** Folder of the project, relative to the checkout. */
  root: string
  /** The file whose place or content made the target. */
  file: string
  plugin: string
  /** Files that changed properties of the target after the plugin had made it. */
  changes: readonly { file: string; properties: readonly string[] }[]
  command: string
  inputs: readonly unknown[]
  /** The project's own, laid over those of nx.json. */
  namedInputs: Readonly<Record<string, readonly unknown[]>>
  outputs: readonly string[]
  dependsOn: readonly unknown[]
  cacheable: boolean
  continuous: boolean
  /** Projects that import this one. */
  dependents: readonly string[]
  /** The key for the files as they are now; the exit code is that of the cached result, undefined when there is none. */
  cached: { hash: string; exitCode: number | undefined } | undefined
}

/** What the graph says: every project with its targets, and the facts of the target that was asked for. */
export type GraphAnswer = {
  projects: Readonly<Record<string, readonly string[]>>
  target?: TargetFacts
}
