import { rootPath } from './coverage.ts'
import type { ReportedProject } from './report.ts'

/** The coverage of all projects as one lcov file: paths from the root, records as they were, ordered by path. */
export function mergeLcov(projects: readonly Pick<ReportedProject, 'folder' | 'lcov'>[]): string {
  const records = projects.flatMap(({ folder, lcov = '' }) =>
    [...lcov.matchAll(/^SF:(.+)\n([^]*?)^end_of_record$/gm)].map(([, file = '', body = '']) => ({
      file: rootPath(folder, file.trimEnd()),
      body,
    })),
  )
  return records
    .toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
    .map(({ file, body }) => `TN:\nSF:${file}\n${body}end_of_record\n`)
    .join('')
}
