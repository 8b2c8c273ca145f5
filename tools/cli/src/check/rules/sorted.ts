import type { Finding } from '../finding.ts'
import { DEPENDENCY_FIELDS, editManifest, sortKeys } from '../manifest.ts'
import { lineOf } from '../source-file.ts'
import type { Workspace } from '../workspace.ts'

/** Dependencies stand in the order of their names, as pnpm writes them: so two branches that add one seldom conflict. */
export function sorted(workspace: Workspace): Finding[] {
  const packages = [...(workspace.root === undefined ? [] : [workspace.root]), ...workspace.packages]
  return packages.flatMap(({ manifest, manifestFile }) =>
    DEPENDENCY_FIELDS.flatMap((field) => {
      const names = Object.keys(manifest[field] ?? {})
      if (names.join('\n') === Object.keys(sortKeys(manifest[field] ?? {})).join('\n')) return []
      return [
        {
          rule: 'sorted',
          file: manifestFile.path,
          line: lineOf(manifestFile, `"${field}":`),
          message: `${field} are not in the order of their names.`,
          mend: './mochi check --fix',
          fix: {
            path: manifestFile.path,
            edit: (text: string) =>
              editManifest(text, (value) => {
                value[field] = sortKeys(value[field] as Record<string, string>)
              }),
          },
        },
      ]
    }),
  )
}
