import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findAnnotations } from './find-annotations.ts'
import { formatCodeQuality } from './format-code-quality.ts'
import { mergeJunit } from './merge-junit.ts'
import { mergeLcov } from './merge-lcov.ts'
import { renderMarkdown } from './render-markdown.ts'
import { renderPage } from './render-page.ts'
import type { CiReport } from './report.ts'
import { toCobertura } from './to-cobertura.ts'

/**
 * Writes every report below `reports/` of the root and returns their paths from the root. Each appears whole or not at
 * all: it is renamed into its place, so that a reader never sees half of one.
 */
export async function writeReports(root: string, report: CiReport): Promise<string[]> {
  await mkdir(join(root, 'reports'), { recursive: true })
  const files = Object.entries(renderAll(root, report))
  const written = await Promise.allSettled(files.map(([name, text]) => replaceFile(join(root, 'reports', name), text)))
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason as Error
  return files.map(([name]) => `reports/${name}`)
}

function renderAll(root: string, report: CiReport): Record<string, string> {
  const lcov = mergeLcov(report.projects)
  return {
    'junit.xml': mergeJunit(report),
    'lcov.info': lcov,
    'cobertura.xml': toCobertura(lcov, { root, time: report.started }),
    'index.html': renderPage(report),
    'summary.md': renderMarkdown(report),
    'codequality.json': formatCodeQuality(findAnnotations(report)),
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
