import type { Context } from '../context.ts'
import type { Target } from './find-target.ts'
import { runGit } from './git.ts'
import { planRelease } from './plan-release.ts'
import type { Step } from './plan-release.ts'
import { readWorkspace } from './read-workspace.ts'

export type ReadPlan = { readonly steps: readonly Step[]; readonly changesets: readonly string[] }

/** The release of this checkout, as it stands, to a registry, as that stands. */
export async function readPlan(context: Pick<Context, 'root' | 'run'>, target: Target): Promise<ReadPlan> {
  const workspace = await readWorkspace(context)
  const names = workspace.packages.filter(({ isPrivate }) => !isPrivate).map(({ name }) => name)
  const [published, tags] = await Promise.all([target.ask(names), runGit(context, ['tag', '--list'])])
  const steps = planRelease({ workspace, published, tags: new Set(tags.split('\n')) })
  return { steps, changesets: workspace.changesets }
}
