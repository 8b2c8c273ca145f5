import type { Finding } from '../finding.ts'
import { isCode, isShell, isTest } from '../source-file.ts'
import type { Workspace } from '../workspace.ts'

const MOST_LINES = { source: 400, test: 700 }

/** Files that have grown past what one sitting can read (docs/style.md). Sources, tests and shell scripts. */
export function sizes(workspace: Workspace): Finding[] {
  return workspace.files.flatMap((file) => {
    if (!isCode(file.path) && !isShell(file)) return []
    const most = isTest(file.path) || /[.-]test\.sh$/.test(file.path) ? MOST_LINES.test : MOST_LINES.source
    const lines = file.text.trimEnd().split('\n').length
    if (lines <= most) return []
    return [
      {
        rule: 'sizes',
        file: file.path,
        line: most + 1,
        message: `A file of its kind has at most ${most} lines; this has ${lines}.`,
        mend: 'Give each concern a file of its own, named after what it exports.',
      },
    ]
  })
}
