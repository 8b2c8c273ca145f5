import type { Finding } from '../finding.ts'
import { findAll } from '../source-file.ts'
import type { Workspace } from '../workspace.ts'

/** Paths of the machine that the check runs on: where this checkout stands, and the user's own folder. */
export function machinePaths(workspace: Workspace): Finding[] {
  const paths = workspace.machinePaths.filter(isTelling)
  if (paths.length === 0) return []
  const pattern = new RegExp(`(?<![\\w/.-])(?:${paths.map((path) => RegExp.escape(path)).join('|')})(?![\\w-])`, 'g')
  return workspace.files.flatMap((file) =>
    findAll(file, pattern).map(({ line, text }) => ({
      rule: 'machine-paths',
      file: file.path,
      line,
      message: `No file names a path of one machine; here stands ${text}.`,
      mend: 'Work the path out from import.meta.dirname, $0 or an environment variable.',
    })),
  )
}

/** A short path such as `/root` or `/app` says nothing about whose machine it is. */
function isTelling(path: string): boolean {
  return path.split('/').filter((part) => part !== '').length > 1
}
