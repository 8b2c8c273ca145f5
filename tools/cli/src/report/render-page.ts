import type { CiReport } from './report.ts'
import { escapeMarkup } from './xml.ts'

/** The report as one HTML page that needs nothing else. */
export function renderPage({ revision, counts }: CiReport): string {
  return `<!doctype html>\n<title>mochi ci</title>\n<p>${escapeMarkup(revision)}: ${counts.passed} passed, ${counts.failed} failed</p>\n`
}
