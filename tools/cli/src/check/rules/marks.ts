import type { Finding } from '../finding.ts'
import { findAll, isCode, isShell } from '../source-file.ts'
import type { Workspace } from '../workspace.ts'

/** Put together here, so that this file does not carry the marks itself. */
const MARK = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`, 'g')

/** Marks for later in the code: what is left to do stands in an issue, where somebody finds it. */
export function marks(workspace: Workspace): Finding[] {
  return workspace.files
    .filter((file) => isCode(file.path) || isShell(file) || /\.(?:hbs|ya?ml)$/.test(file.path))
    .filter(({ path }) => path !== 'pnpm-lock.yaml')
    .flatMap((file) =>
      findAll(file, MARK).map(({ line, text }) => ({
        rule: 'marks',
        file: file.path,
        line,
        message: `What is left to do stands in an issue, not in the code; here stands ${text}.`,
        mend: 'Do it, or write the issue and take the mark away.',
      })),
    )
}
