import type { Affected } from './affected.ts'
import type { FoundBase } from './find-base.ts'
import type { SelectedProject } from './selected-projects.ts'

/** What a run checks: all projects where there is no base. */
export type Selection = { readonly base: FoundBase | undefined; readonly graph: Affected }

/** The head of a run: what it is compared with, and each project with why it is checked. */
export function formatSelection({ base, graph }: Selection, projects: readonly SelectedProject[]): string {
  const all = Object.keys(graph.projects).length
  if (base === undefined) return `All ${all} projects are checked.\n\n`
  const files = graph.changed.length === 1 ? '1 file differs' : `${graph.changed.length} files differ`
  const head = `${files} from ${base.commit.slice(0, 12)}, ${base.why}: ${projects.length} of ${all} projects to check.`
  const width = Math.max(0, ...projects.map(({ name }) => name.length))
  return [head, ...projects.map(({ name, why }) => `  ${name.padEnd(width)}  ${why.join(', ')}`), '', ''].join('\n')
}
