import type { Finding } from '../finding.ts'
import { findAll } from '../source-file.ts'
import type { Workspace } from '../workspace.ts'

const FOCUS = new RegExp(
  `(?<![\\w.'"\`])(?:test|it|describe|suite|bench)(?:\\.\\w+)*\\.(?:${['on' + 'ly', 'sk' + 'ip', 'to' + 'do'].join('|')})\\b`,
  'g',
)

/** Tests switched off, or switched on alone: `skipIf` with a reason is how a test says that a machine lacks something. */
export function focusedTests(workspace: Workspace): Finding[] {
  return workspace.files
    .filter(({ path }) => /\.test\.[cm]?ts$/.test(path))
    .flatMap((file) =>
      findAll(file, FOCUS).map(({ line, text }) => ({
        rule: 'focused-tests',
        file: file.path,
        line,
        message: `Every test runs; ${text} leaves some out.`,
        mend: 'Take it away, or mend the test. For what a machine lacks: test.skipIf with requireCommand of @mochi/testing.',
      })),
    )
}
