import type { Finding } from '../finding.ts'
import { resolveRelative } from '../imports.ts'
import type { Package, Workspace } from '../workspace.ts'

/** Imports that leave their package by a relative path. The root's own files, which are no package's, may. */
export function relativeImports(workspace: Workspace): Finding[] {
  return workspace.packages.flatMap((from) =>
    from.imports.flatMap(({ file, line, specifier }) => {
      const target = resolveRelative(file, specifier)
      if (target === undefined || target.startsWith(`${from.folder}/`)) return []
      const owner = workspace.packages.find(({ folder }) => target.startsWith(`${folder}/`))
      return [{ rule: 'relative-imports', file, line, ...describe(specifier, owner) }]
    }),
  )
}

function describe(specifier: string, owner: Package | undefined): Pick<Finding, 'message' | 'mend'> {
  const name = owner?.manifest.name
  return {
    message: `A package names another by its name, not by a path: '${specifier}' leaves the package.`,
    mend:
      name === undefined
        ? 'Move the file into a package, and import it by the name of the package.'
        : `Import '${name}', declared in package.json as "workspace:*".`,
  }
}
