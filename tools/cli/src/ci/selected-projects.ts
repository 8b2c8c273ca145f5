import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../check/workspace.ts'
import { parseJunit } from '../test/junit.ts'
import { explainAffected } from './affected.ts'
import type { Affected } from './affected.ts'
import { reportPath } from './tally.ts'
import type { TestedProject } from './tally.ts'

/** A project that this run checks. */
export type SelectedProject = Omit<TestedProject, 'report'> & {
  /** A line for each reason why it is checked. */
  readonly why: readonly string[]
}

/** The same with what its coverage task left. */
export type CheckedProject = SelectedProject &
  Pick<TestedProject, 'report'> & { readonly junit: string | undefined; readonly lcov: string | undefined }

/** Pure. */
export function selectProjects(graph: Affected, { packages }: Workspace): readonly SelectedProject[] {
  const reasons = explainAffected(graph)
  return graph.affected.map((name) => {
    const { root: folder = name, targets = [] } = graph.projects[name] ?? {}
    const files = packages.find((each) => each.folder === folder)?.files ?? []
    const hasTests = files.some(({ path }) => path.startsWith(`${folder}/src/`) && path.endsWith('.test.ts'))
    return { name, folder, targets, hasTests, why: reasons.get(name) ?? [] }
  })
}

/** Reports of an earlier run must not speak for this one. What Nx answers from its cache it writes again. */
export async function removeReports(root: string, projects: readonly SelectedProject[]): Promise<void> {
  const paths = projects.flatMap(({ folder }) => [reportPath(folder), lcovPath(folder)])
  await Promise.all(paths.map((path) => rm(join(root, path), { force: true })))
}

export function readReports(root: string, projects: readonly SelectedProject[]): Promise<CheckedProject[]> {
  return Promise.all(
    projects.map(async (project) => {
      const junit = await readText(join(root, reportPath(project.folder)))
      const lcov = await readText(join(root, lcovPath(project.folder)))
      return { ...project, junit, lcov, report: junit === undefined ? undefined : parseJunit(junit) }
    }),
  )
}

function lcovPath(folder: string): string {
  return `${folder}/reports/coverage/lcov.info`
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
