import type { Finding } from '../finding.ts'
import { declarationsOf, lineOfDependency, packageNamed } from '../manifest.ts'
import type { SourceFile } from '../source-file.ts'
import type { Workspace } from '../workspace.ts'

/**
 * The root declares tools, which nobody imports: each must be named, or one of its commands, by a file that runs it.
 * Packages of the workspace may stand there to be found.
 */
export function rootTools(workspace: Workspace): Finding[] {
  const { root } = workspace
  if (root === undefined) return []
  const callers = workspace.files.filter(isCaller)
  return declarationsOf(root.manifest).flatMap(({ name, field }) => {
    const words = [name, ...(workspace.installed.get(name)?.bins ?? [])]
    const isOurs = packageNamed(workspace, name) !== undefined
    const isKept = isOurs || name === '@types/node' || root.manifest.mochi?.keeps?.[name] !== undefined
    if (isKept || callers.some(({ text }) => words.some((word) => namesWord(text, word)))) return []
    return [
      {
        rule: 'root-tools',
        file: root.manifestFile.path,
        line: lineOfDependency(root, name),
        message: `${field} of the root declares '${name}', and no file names it or a command of it.`,
        mend: 'Remove the line, or declare it in the package that needs it.',
      },
    ]
  })
}

/** Manifests and locks repeat every name, and prose is no use. */
function isCaller({ path }: SourceFile): boolean {
  return !/(?:^|\/)(?:package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml)$|\.md$/.test(path)
}

function namesWord(text: string, word: string): boolean {
  const at = text.indexOf(word)
  if (at < 0) return false
  return new RegExp(`(?<![\\w@/-])(?:bin/)?${RegExp.escape(word)}(?![\\w-])`).test(text)
}
