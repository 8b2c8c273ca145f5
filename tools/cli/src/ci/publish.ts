import { appendFile } from 'node:fs/promises'
import type { Context } from '../context.ts'
import { findAnnotations } from '../report/find-annotations.ts'
import { formatGithub } from '../report/format-github.ts'
import { renderMarkdown } from '../report/render-markdown.ts'
import type { CiReport } from '../report/report.ts'
import { writeReports } from '../report/write-reports.ts'
import type { CiRun } from './ci-run.ts'

/**
 * Writes the reports and tells the CI server what it can show by itself: on GitHub annotations and the summary of the job;
 * GitLab and Jenkins take files. Returns the paths of the files from the root.
 */
export async function publish(
  { root, env, stdout }: Pick<Context, 'root' | 'env' | 'stdout'>,
  { server }: CiRun,
  report: CiReport,
): Promise<readonly string[]> {
  const files = await writeReports(root, report)
  if (server !== 'github') return files
  stdout.write(formatGithub(findAnnotations(report)))
  const summary = env['GITHUB_STEP_SUMMARY']
  if (summary !== undefined) await appendFile(summary, renderMarkdown(report))
  return files
}
