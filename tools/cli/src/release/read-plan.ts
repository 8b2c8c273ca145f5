import type { Context } from '../context.ts'
import { errors } from './errors.ts'
import type { Target } from './find-target.ts'
import { runGit } from './git.ts'
import { planRelease } from './plan-release.ts'
import type { Step } from './plan-release.ts'
import { readWorkspace } from './read-workspace.ts'
import type { ReleasePackage } from './read-workspace.ts'

export type ReadPlan = { readonly steps: readonly Step[]; readonly changesets: readonly string[] }

/** The release of this checkout, as it stands, to a registry, as that stands. Throws CLI_RELEASE_ELSEWHERE. */
export async function readPlan(context: Pick<Context, 'root' | 'run'>, target: Target): Promise<ReadPlan> {
  const workspace = await readWorkspace(context)
  const packages = workspace.packages.filter(({ isPrivate }) => !isPrivate)
  demandTarget(packages, target)
  const [published, tags] = await Promise.all([
    target.ask(packages.map(({ name }) => name)),
    runGit(context, ['tag', '--list']),
  ])
  const steps = planRelease({ workspace, published, tags: new Set(tags.split('\n')) })
  return { steps, changesets: workspace.changesets }
}

function demandTarget(packages: readonly ReleasePackage[], { url }: Target): void {
  const faults = packages.flatMap(({ name, registries }) => registries.map((registry) => ({ name, registry })))
  const others = faults.filter(({ registry }) => registry.replace(/\/+$/, '') !== url)
  if (others.length > 0) throw errors.CLI_RELEASE_ELSEWHERE({ url, faults: others })
}
