import type { Finding } from '../finding.ts'
import type { Workspace } from '../workspace.ts'

/** Generated pages that are not as they would be made now. `generated` is what the generators give, by path. */
export function references(workspace: Workspace, generated: Readonly<Record<string, string>>): Finding[] {
  const texts = new Map(workspace.files.map(({ path, text }) => [path, text]))
  return Object.entries(generated).flatMap(([path, text]) => {
    if (texts.get(path) === text) return []
    return [
      {
        rule: 'references',
        file: path,
        message: texts.has(path)
          ? 'The file is generated, and its sources have changed since.'
          : 'The generated file is missing.',
        mend: './mochi check --fix',
        fix: { path, edit: () => text },
      },
    ]
  })
}
