import { join } from 'node:path'
import type { Context } from '../context.ts'
import type { Finding } from './finding.ts'
import { isCode } from './source-file.ts'
import type { Workspace } from './workspace.ts'

type LintResult = { filePath: string; messages: { line?: number; message: string; ruleId: string | null }[] }

/** What eslint finds in the sources that stand at the root and belong to no project: no target reads them. */
export async function lintRoot(context: Pick<Context, 'root' | 'run'>, workspace: Workspace): Promise<Finding[]> {
  const { root, run } = context
  const files = workspace.files.map(({ path }) => path).filter((path) => !path.includes('/') && isCode(path))
  if (files.length === 0) return []
  const eslint = join(root, 'node_modules/.bin/eslint')
  const { code, stdout, stderr } = await run(eslint, ['--format', 'json', ...files], { cwd: root })
  if (code !== 0 && code !== 1) {
    return [
      { rule: 'lint', file: 'eslint.config.js', message: `eslint broke down: ${stderr.trim()}`, mend: 'Correct it.' },
    ]
  }
  return (JSON.parse(stdout) as LintResult[]).flatMap(({ filePath, messages }) => {
    const file = filePath.slice(root.length + 1)
    const mend = `./mochi exec -- node_modules/.bin/eslint --fix ${file} mends some.`
    return messages.map(({ line, message, ruleId }) => ({ rule: ruleId ?? 'lint', file, line, message, mend }))
  })
}
