import type { Annotation } from './report.ts'

/** Workflow commands of GitHub Actions, one a line. */
export function formatGithub(annotations: readonly Annotation[]): string {
  return annotations.map(({ title }) => `::error::${title}\n`).join('')
}
