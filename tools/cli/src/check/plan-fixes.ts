import type { Finding } from './finding.ts'
import type { SourceFile } from './source-file.ts'
import type { Workspace } from './workspace.ts'

/** The files that the findings' edits change, as they should be. Edits of one file follow each other. */
export function planFixes({ files }: Pick<Workspace, 'files'>, findings: readonly Finding[]): SourceFile[] {
  const before = new Map(files.map(({ path, text }) => [path, text]))
  const after = new Map<string, string>()
  for (const { fix } of findings) {
    if (fix !== undefined) after.set(fix.path, fix.edit(after.get(fix.path) ?? before.get(fix.path) ?? ''))
  }
  return [...after].filter(([path, text]) => before.get(path) !== text).map(([path, text]) => ({ path, text }))
}
