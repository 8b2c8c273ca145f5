import type { ReportedProject } from './report.ts'

/** The coverage of all projects as one lcov file; paths from the root, ordered by path. */
export function mergeLcov(projects: readonly Pick<ReportedProject, 'folder' | 'lcov'>[]): string {
  return projects.map(({ folder, lcov = '' }) => lcov.replaceAll(/^SF:/gm, `SF:${folder}/`)).join('')
}
