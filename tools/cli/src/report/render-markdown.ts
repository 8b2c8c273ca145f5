import type { CiReport } from './report.ts'

/** The report as Markdown, for a job's summary or a merge request. */
export function renderMarkdown({ counts }: CiReport): string {
  return `**${counts.passed} passed, ${counts.failed} failed**\n`
}
