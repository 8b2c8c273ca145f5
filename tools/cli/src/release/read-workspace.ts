import { relative } from 'node:path'
import { readConfig } from '@changesets/config'
import { getReleasePlan } from '@changesets/get-release-plan'
import { getPackages } from '@manypkg/get-packages'
import type { Context } from '../context.ts'
import { errors } from './errors.ts'
import { findUnpublishedDependencies, neededBy } from './unpublished-dependencies.ts'

/** A package of the workspace that has a version. */
export type ReleasePackage = {
  readonly name: string
  readonly version: string
  /** From the root. */
  readonly folder: string
  readonly isPrivate: boolean
  /** The packages of this workspace that are installed with it. */
  readonly needs: readonly string[]
  /** Those that its `publishConfig` names: they count before every other. */
  readonly registries: readonly string[]
}

/** What changesets would do to a package. */
export type Bump = {
  readonly name: string
  readonly to: string
  /** The first line of each changeset that names it; none where it moves because of others. */
  readonly reasons: readonly string[]
}

/** The workspace as changesets see it. */
export type ReleaseWorkspace = {
  readonly packages: readonly ReleasePackage[]
  readonly bumps: readonly Bump[]
  /** Names of the changesets that move something. */
  readonly changesets: readonly string[]
  /** Whether private packages are tagged (`privatePackages` of the configuration). */
  readonly tagsPrivate: boolean
}

/** Reads packages and changesets. Throws CLI_RELEASE_CHANGESETS and CLI_RELEASE_DEPENDENCY. */
export async function readWorkspace({ root }: Pick<Context, 'root'>): Promise<ReleaseWorkspace> {
  const { packages, config, plan } = await readChangesets(root)
  const manifests = packages.filter(({ packageJson: { name } }) => !config.ignore.includes(name))
  const faults = findUnpublishedDependencies(packages.map(({ packageJson }) => packageJson))
  if (faults.length > 0) throw errors.CLI_RELEASE_DEPENDENCY({ faults })
  const names = new Set(manifests.map(({ packageJson }) => packageJson.name))
  const released = plan.releases.filter(({ type }) => type !== 'none')
  const moving = new Set(released.flatMap(({ changesets }) => changesets))
  const summaries = new Map(plan.changesets.map(({ id, summary }) => [id, summary.trim().split('\n')[0] ?? '']))
  return {
    packages: manifests.flatMap(({ dir, packageJson }) => {
      const { name, version, private: isPrivate = false } = packageJson as Partial<typeof packageJson>
      if (name === undefined || version === undefined) return []
      const needs = neededBy(packageJson).filter((need) => names.has(need))
      const registries = registriesIn(packageJson.publishConfig)
      return [{ name, version, isPrivate, needs, registries, folder: relative(root, dir) }]
    }),
    bumps: released.flatMap(({ name, newVersion: to, changesets }) =>
      to === undefined ? [] : [{ name, to, reasons: changesets.map((id) => summaries.get(id) ?? id) }],
    ),
    changesets: [...moving].sort(),
    tagsPrivate: config.privatePackages.tag,
  }
}

/** `registry`, and `@scope:registry`. */
function registriesIn(publishConfig: object = {}): readonly string[] {
  const named = Object.entries(publishConfig).filter(([key]) => /(?:^|:)registry$/.test(key))
  return named.map(([, registry]) => String(registry))
}

async function readChangesets(root: string) {
  try {
    const packages = await getPackages(root)
    const { config, errors: faults = [] } = await readConfig(root, packages)
    if (config === undefined) throw new Error(faults.join('; '))
    return { packages: packages.packages, config, plan: await getReleasePlan(root) }
  } catch (cause) {
    const reason = (cause as Error).message.trim().replace(/\.$/, '')
    throw errors.CLI_RELEASE_CHANGESETS({ reason }, { cause })
  }
}
