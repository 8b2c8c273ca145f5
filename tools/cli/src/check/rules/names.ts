import { appNameFault, appNameRule } from '@mochi/names'
import type { Finding } from '../finding.ts'
import { lineOf } from '../source-file.ts'
import type { Package, Workspace } from '../workspace.ts'

const rule = 'names'

/** Apps, libs and tools share one name space: the folder `x`, the Nx project `x`, the package `@mochi/x`, once. */
export function names(workspace: Workspace): Finding[] {
  return [...workspace.packages.flatMap(ownFaults), ...clashes(workspace), ...unreadable(workspace)]
}

function ownFaults({ folder, name, manifest, manifestFile }: Package): Finding[] {
  const expected = { package: `@mochi/${name}`, project: name }
  const at = (text: string) => ({ rule, file: manifestFile.path, line: lineOf(manifestFile, text) })
  const fault = folder.startsWith('apps/') ? appNameFault(name) : undefined
  return [
    manifest.name !== expected.package && {
      ...at('"name":'),
      message: `The package in ${folder} is called ${expected.package}; here it is called ${manifest.name ?? 'nothing'}.`,
      mend: `Write "name": "${expected.package}".`,
    },
    manifest.nx?.name !== undefined &&
      manifest.nx.name !== expected.project && {
        ...at('"nx":'),
        message: `The Nx project in ${folder} is called ${expected.project}; here it is called ${manifest.nx.name}.`,
        mend: `Write "nx": { "name": "${expected.project}" }.`,
      },
    fault !== undefined && {
      ...at('"name":'),
      message: `An app's name is ${appNameRule}; ${name} is not${fault.kind === 'reserved' ? `, because ${fault.reason}` : ''}.`,
      mend: `Rename the folder, its package and its project${fault.suggestion === undefined ? '' : `, for example to ${fault.suggestion}`}.`,
    },
  ].filter((finding) => finding !== false)
}

function clashes({ packages }: Workspace): Finding[] {
  const groups = [...Map.groupBy(packages, ({ name }) => name)].filter(([, group]) => group.length > 1)
  return groups.flatMap(([name, group]) =>
    group.slice(1).map(({ manifestFile }) => ({
      rule,
      file: manifestFile.path,
      message: `The name ${name} is taken: ${group.map(({ folder }) => folder).join(' and ')} share one name space.`,
      mend: 'Rename one of the folders, its package and its project. Until then Nx refuses every command.',
    })),
  )
}

function unreadable(workspace: Workspace): Finding[] {
  return workspace.unreadable.map(({ path, reason }) => ({
    rule,
    file: path,
    message: `The file was expected to hold one JSON object: ${reason}.`,
    mend: 'Correct the file.',
  }))
}
