import type { Finding } from '../finding.ts'
import type { Package, Workspace } from '../workspace.ts'

/** What each package has: a description, a README that begins with what it is, a tsconfig that extends the base. */
export function packageFiles(workspace: Workspace): Finding[] {
  return workspace.packages.flatMap((project) => [
    ...manifestFault(project),
    ...readmeFault(project),
    ...tsconfigFault(project),
  ])
}

function manifestFault({ folder, manifest, manifestFile }: Package): Finding[] {
  if ((manifest.description ?? '').trim() !== '') return []
  return [
    found(manifestFile.path, `${folder} has no description.`, 'Write "description": one line that says what it is.'),
  ]
}

function readmeFault({ folder, files }: Package): Finding[] {
  const path = `${folder}/README.md`
  const readme = files.find((file) => file.path === path)
  if (readme === undefined) {
    return [
      found(
        path,
        `${folder} has no README.`,
        'Write what it is, one example that runs, what it does not do, its failure policy.',
      ),
    ]
  }
  const [title = '', first = ''] = readme.text.trim().split(/\n\s*\n/)
  if (/^# \S/.test(title) && /^[\w`*[]/.test(first)) return []
  return [found(path, 'A README begins with a title and a paragraph that says what the package is.', 'Write them.')]
}

function tsconfigFault({ folder, files }: Package): Finding[] {
  const path = `${folder}/tsconfig.json`
  const base = `${'../'.repeat(folder.split('/').length)}tsconfig.base.json`
  const tsconfig = files.find((file) => file.path === path)
  if (tsconfig !== undefined && new RegExp(`"extends":\\s*"${RegExp.escape(base)}"`).test(tsconfig.text)) return []
  return [
    {
      ...found(path, `Each package's tsconfig.json extends ${base}.`, `Write { "extends": "${base}" }.`),
      fix: tsconfig === undefined ? { path, edit: () => `{ "extends": "${base}" }\n` } : undefined,
    },
  ]
}

function found(file: string, message: string, mend: string): Finding {
  return { rule: 'package-files', file, message, mend }
}
