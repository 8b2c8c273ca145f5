import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findAnnotations } from './find-annotations.ts'
import { formatCodeQuality } from './format-code-quality.ts'
import { findFailures } from './find-failures.ts'
import { mergeJunit } from './merge-junit.ts'
import { mergeLcov } from './merge-lcov.ts'
import { renderMarkdown } from './render-markdown.ts'
import { renderPage } from './render-page.ts'
import type { CiReport } from './report.ts'
import { taskLogs } from './task-log.ts'
import { toCobertura } from './to-cobertura.ts'

/**
 * Writes every report below `reports/` of the root, the whole output of each task that failed below `reports/logs/`, and
 * returns their paths from the root. Each appears whole or not at
 * all: it is renamed into its place, so that a reader never sees half of one.
 */
export async function writeReports(root: string, report: CiReport): Promise<string[]> {
  const logs = taskLogs(findFailures(report))
  await rm(join(root, 'reports/logs'), { recursive: true, force: true })
  await mkdir(join(root, Object.keys(logs).length > 0 ? 'reports/logs' : 'reports'), { recursive: true })
  const files = Object.entries({ ...renderAll(root, report), ...logs })
  const written = await Promise.allSettled(files.map(([path, text]) => replaceFile(join(root, path), text)))
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason as Error
  return files.map(([path]) => path)
}

function renderAll(root: string, report: CiReport): Record<string, string> {
  const lcov = mergeLcov(report.projects)
  return {
    'reports/junit.xml': mergeJunit(report),
    'reports/lcov.info': lcov,
    'reports/cobertura.xml': toCobertura(lcov, { root, time: report.started }),
    'reports/index.html': renderPage(report),
    'reports/summary.md': renderMarkdown(report),
    'reports/codequality.json': formatCodeQuality(findAnnotations(report)),
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}
