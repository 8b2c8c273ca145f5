import type { Finding } from '../finding.ts'
import { packageOf, resolveRelative } from '../imports.ts'
import { declarationsOf, packageNamed } from '../manifest.ts'
import { findCycles } from '../find-cycles.ts'
import type { Graph } from '../find-cycles.ts'
import type { Package, Workspace } from '../workspace.ts'

/**
 * Files of one package that import each other in a circle, and packages that do. Imports of types count, because a circle
 * of types is one concern in two files; `import()` counts between packages alone.
 */
export function cycles(workspace: Workspace): Finding[] {
  const between = findCycles(packageGraph(workspace)).map((cycle) =>
    describe('packages', cycle, `${cycle[0] ?? ''}/package.json`),
  )
  const within = workspace.packages.flatMap((project) =>
    findCycles(fileGraph(project)).map((cycle) => describe('files', cycle, cycle[0] ?? '')),
  )
  return [...between, ...within]
}

function packageGraph(workspace: Workspace): Graph {
  return new Map(
    workspace.packages.map((project) => {
      const imported = project.imports.map(({ specifier }) => packageOf(specifier) ?? '')
      const declared = declarationsOf(project.manifest).map(({ name }) => name)
      const folders = [...imported, ...declared].flatMap((name) => packageNamed(workspace, name)?.folder ?? [])
      return [project.folder, new Set(folders.filter((folder) => folder !== project.folder))]
    }),
  )
}

function fileGraph({ files, imports }: Package): Graph {
  const paths = new Set(files.map(({ path }) => path))
  const byFile = Map.groupBy(
    imports.filter(({ lazy }) => !lazy),
    ({ file }) => file,
  )
  return new Map(
    [...byFile].map(([file, sites]) => {
      const targets = sites.flatMap(({ specifier }) => resolveRelative(file, specifier) ?? [])
      return [file, new Set(targets.filter((target) => paths.has(target)))]
    }),
  )
}

function describe(what: 'files' | 'packages', cycle: readonly string[], file: string): Finding {
  return {
    rule: 'cycles',
    file,
    message: `The ${what} import each other in a circle: ${[...cycle, cycle[0]].join(' → ')}.`,
    mend: `Move what they share into ${what === 'files' ? 'a file' : 'a package'} of its own that imports none of them.`,
  }
}
