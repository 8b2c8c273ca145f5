import type { Finding } from '../finding.ts'
import { declarationsOf, editManifest, lineOfDependency, packageNamed } from '../manifest.ts'
import type { Declaration } from '../manifest.ts'
import type { Package, Workspace } from '../workspace.ts'

type Use = Declaration & { from: Package }

const rule = 'versions'
const EXACT = /^(?:npm:(?:@[^@/]+\/)?[^@/]+@)?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/

/** One version of each npm package in the whole workspace, exact; packages of the workspace as `workspace:*`. */
export function versions(workspace: Workspace): Finding[] {
  const packages = [...(workspace.root === undefined ? [] : [workspace.root]), ...workspace.packages]
  const uses = packages.flatMap((from) => declarationsOf(from.manifest).map((entry) => ({ ...entry, from })))
  const [own, foreign] = [true, false].map((wanted) =>
    uses.filter(
      ({ name, field }) => (packageNamed(workspace, name) !== undefined) === wanted && field !== 'peerDependencies',
    ),
  )
  return [...(own ?? []).flatMap(workspaceFault), ...(foreign ?? []).flatMap(rangeFault), ...differences(foreign ?? [])]
}

function workspaceFault(use: Use): Finding[] {
  if (use.version === 'workspace:*') return []
  const message = `${use.name} is a package of this workspace: expected "workspace:*", found "${use.version}".`
  return [{ ...at(use), message, mend: 'Write "workspace:*".', fix: setVersion(use, 'workspace:*') }]
}

function rangeFault(use: Use): Finding[] {
  if (EXACT.test(use.version)) return []
  const message = `Versions are exact: expected a form such as 1.2.3 for ${use.name}, found "${use.version}".`
  return [{ ...at(use), message, mend: `Write the version that pnpm-lock.yaml holds.` }]
}

/** Whoever differs from the root's version or, where the root has none, from the first package's. */
function differences(uses: readonly Use[]): Finding[] {
  return [...Map.groupBy(uses, ({ name }) => name).values()].flatMap(([first, ...others]) =>
    others.flatMap((use) => {
      if (first === undefined || first.version === use.version) return []
      const where = first.from.manifestFile.path
      const message = `One version in the whole workspace: ${where} has ${use.name} ${first.version}, this has ${use.version}.`
      return [{ ...at(use), message, mend: `Write "${use.name}": "${first.version}", or move both.` }]
    }),
  )
}

function at({ from, name }: Use): Pick<Finding, 'rule' | 'file' | 'line'> {
  return { rule, file: from.manifestFile.path, line: lineOfDependency(from, name) }
}

function setVersion({ from, field, name }: Use, version: string): Finding['fix'] {
  return {
    path: from.manifestFile.path,
    edit: (text) =>
      editManifest(text, (manifest) => {
        manifest[field] = { ...(manifest[field] as Record<string, string>), [name]: version }
      }),
  }
}
