import type { Finding } from '../finding.ts'
import { declarationsOf, lineOfDependency, packageNamed } from '../manifest.ts'
import type { Package, Workspace } from '../workspace.ts'

const OURS = 'tools/nx'
const NAMES = ['service', 'lib']

/**
 * `npx nx g service foo` asks which one is meant when a second collection has a generator or alias `service` or `lib`, and
 * without a terminal does nothing and exits 0. Nx looks at the workspace's packages and at the root's dependencies.
 */
export function generators(workspace: Workspace): Finding[] {
  return [...rootFaults(workspace), ...workspace.packages.flatMap((project) => packageFaults(workspace, project))]
}

function rootFaults(workspace: Workspace): Finding[] {
  const { root } = workspace
  if (root === undefined) return []
  return declarationsOf(root.manifest).flatMap(({ name }) => {
    const taken = workspace.installed.get(name)?.generators.filter((generator) => NAMES.includes(generator)) ?? []
    if (taken.length === 0 || packageNamed(workspace, name) !== undefined) return []
    return [describe(name, taken, { file: root.manifestFile.path, line: lineOfDependency(root, name) })]
  })
}

function packageFaults(workspace: Workspace, { folder, manifest, name }: Package): Finding[] {
  if (manifest.generators === undefined || folder === OURS) return []
  const path = `${folder}/${manifest.generators.replace(/^\.\//, '')}`
  const text = workspace.files.find((file) => file.path === path)?.text ?? '{}'
  const taken = NAMES.filter((generator) => new RegExp(`"${generator}"`).test(text))
  return taken.length === 0 ? [] : [describe(name, taken, { file: path })]
}

function describe(name: string, taken: readonly string[], place: Pick<Finding, 'file' | 'line'>): Finding {
  return {
    rule: 'generators',
    ...place,
    message: `Only @mochi/nx may have a generator called ${NAMES.join(' or ')}; ${name} has ${taken.join(', ')}.`,
    mend: `Declare ${name} in the package that needs it instead of at the root, or rename its generator.`,
  }
}
