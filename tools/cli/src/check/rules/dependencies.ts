import type { FileEdit, Finding } from '../finding.ts'
import { packageOf } from '../imports.ts'
import type { ImportSite } from '../imports.ts'
import { declarationsOf, editManifest, lineOfDependency, packageNamed, sortKeys } from '../manifest.ts'
import type { DependencyField } from '../manifest.ts'
import { testFilesOf } from '../test-files.ts'
import type { Package, Workspace } from '../workspace.ts'

const rule = 'dependencies'

/**
 * Each package declares what it imports, as a dependency where its sources do and at least as a devDependency where its
 * tests do, and declares nothing else. Tests may also import what the root declares for everybody: vitest.
 */
export function dependencies(workspace: Workspace): Finding[] {
  return workspace.packages.flatMap((from) => [...undeclared(workspace, from), ...unused(workspace, from)])
}

function undeclared(workspace: Workspace, from: Package): Finding[] {
  const declared = declarationsOf(from.manifest)
  const shared = new Set(Object.keys(workspace.root?.manifest.devDependencies ?? {}))
  const tests = testFilesOf(from)
  return from.imports.flatMap((site): Finding[] => {
    const name = packageOf(site.specifier)
    if (name === undefined || name === from.manifest.name) return []
    const fields = declared.filter((entry) => entry.name === name).map(({ field }) => field)
    const inTest = tests.has(site.file)
    if (fields.some((field) => inTest || field !== 'devDependencies')) return []
    if (fields.length === 0 && inTest && shared.has(name)) return []
    return [missing(workspace, from, { site, name, field: inTest ? 'devDependencies' : 'dependencies' })]
  })
}

type Missing = { site: ImportSite; name: string; field: DependencyField }

function missing(workspace: Workspace, from: Package, { site, name, field }: Missing): Finding {
  const version = knownVersion(workspace, name)
  return {
    rule,
    file: site.file,
    line: site.line,
    message: `'${name}' is imported here, and the ${field} of ${from.manifestFile.path} do not declare it.`,
    mend: `Add "${name}": "${version ?? '<exact version>'}" to ${field}, then run ./mochi setup.`,
    fix: version === undefined ? undefined : declare(from.manifestFile.path, { name, version, field }),
  }
}

function knownVersion(workspace: Workspace, name: string): string | undefined {
  if (packageNamed(workspace, name) !== undefined) return 'workspace:*'
  const everywhere = [workspace.root, ...workspace.packages].flatMap((found) => declarationsOf(found?.manifest ?? {}))
  return everywhere.find((entry) => entry.name === name)?.version
}

function declare(path: string, entry: { name: string; version: string; field: DependencyField }): FileEdit {
  return {
    path,
    edit: (text) =>
      editManifest(text, (manifest) => {
        const dev = manifest['devDependencies'] as Record<string, string> | undefined
        if (entry.field === 'dependencies' && dev !== undefined) {
          manifest['devDependencies'] = Object.fromEntries(Object.entries(dev).filter(([name]) => name !== entry.name))
        }
        const field = manifest[entry.field] as Record<string, string> | undefined
        manifest[entry.field] = sortKeys({ ...field, [entry.name]: entry.version })
      }),
  }
}

function unused(workspace: Workspace, from: Package): Finding[] {
  const imported = new Set(from.imports.map(({ specifier }) => packageOf(specifier)))
  const isUsed = (name: string): boolean =>
    imported.has(name) || (name.startsWith('@types/') && (name === '@types/node' || imported.has(typedBy(name))))
  return declarationsOf(from.manifest).flatMap(({ field, name }) => {
    if (field === 'peerDependencies' || isUsed(name) || from.manifest.mochi?.keeps?.[name] !== undefined) return []
    const others = declarationsOf(from.manifest).filter((entry) => entry.name !== name && isUsed(entry.name))
    if (others.some((entry) => workspace.installed.get(entry.name)?.peers.includes(name) === true)) return []
    return [
      {
        rule,
        file: from.manifestFile.path,
        line: lineOfDependency(from, name),
        message: `${field} declares '${name}', and no file of ${from.folder} imports it.`,
        mend: `Remove the line, or say why it stays: "mochi": { "keeps": { "${name}": "<reason>" } }.`,
      },
    ]
  })
}

/** `@types/mdast` types `mdast`, `@types/scope__name` types `@scope/name`. */
function typedBy(types: string): string {
  const name = types.slice('@types/'.length)
  return name.includes('__') ? `@${name.replace('__', '/')}` : name
}
