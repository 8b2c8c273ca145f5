import type { ReleasePublishFlags } from '../commands/release.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { ownRegistry } from '../registry/own-registry.ts'
import { errors } from './errors.ts'
import { findTarget } from './find-target.ts'
import type { Target } from './find-target.ts'
import { runGit } from './git.ts'
import { makeVersions } from './make-versions.ts'
import { pack } from './pack.ts'
import type { Packed } from './pack.ts'
import type { Step } from './plan-release.ts'
import { publishPackage } from './publish-package.ts'
import { readPlan } from './read-plan.ts'

/** What was done for one package. */
type Done = { readonly name: string; readonly version: string; readonly published: boolean; readonly tagged: boolean }

/**
 * `mochi release publish`: everything that the plan has, in its order, each package tagged before the next is begun. Run again after
 * any end, it goes on with what is not there.
 */
export async function runReleasePublish(
  context: Context,
  flags: ReleasePublishFlags,
  own = ownRegistry,
): Promise<undefined> {
  const { registry, json, version } = flags
  const say = json ? () => undefined : (text: string) => context.stdout.write(spellCommands(`${text}\n`, context))
  const target = await findTarget(context, registry, own)
  await demandCommitted(context)
  const steps = await demandVersions(context, target, { version, say })
  const packed = await pack(
    context,
    steps.filter((step) => !step.private),
    { quiet: json },
  )
  demandSameBytes(target, packed)
  const done: Done[] = []
  for (const step of steps) done.push(await release(context, target, { step, packed, say }))
  if (json) writeJson(context.stdout, { registry: target.url, packages: done })
  else say(formatEnd(done, target))
}

/** That a tag made now says from which commit a version is, and that those that were made before are known. */
async function demandCommitted(context: Context): Promise<void> {
  if ((await runGit(context, ['rev-parse', '--is-shallow-repository'])).trim() === 'true')
    throw errors.CLI_RELEASE_SHALLOW()
  const changed = await runGit(context, ['status', '--porcelain'])
  const paths = changed.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(3)]))
  if (paths.length > 0) throw errors.CLI_RELEASE_UNCOMMITTED({ paths })
}

type Speaking = { readonly say: (text: string) => void }

/** The steps of a plan that no changeset waits for any more. */
async function demandVersions(
  context: Context,
  target: Target,
  { version, say }: Speaking & { version: boolean },
): Promise<readonly Step[]> {
  const { steps, changesets } = await readPlan(context, target)
  if (changesets.length === 0) return steps
  if (!version) throw errors.CLI_RELEASE_PENDING({ changesets })
  await makeVersions(context)
  say(`committed  the versions and changelogs of ${changesets.join(', ')}`)
  return (await readPlan(context, target)).steps
}

/** Before anything is published: what needs the changed one may need its change. */
function demandSameBytes({ url }: Target, packed: readonly Packed[]): void {
  const others = packed.filter(({ step, integrity }) => step.integrity !== undefined && step.integrity !== integrity)
  if (others.length > 0) throw errors.CLI_RELEASE_OTHER_BYTES({ url, packages: others.map(({ step }) => step.tag) })
}

type Releasing = Speaking & { readonly step: Step; readonly packed: readonly Packed[] }

/** The tag comes last: a version that has one is there. */
async function release(context: Context, target: Target, { step, packed, say }: Releasing): Promise<Done> {
  const index = packed.findIndex((each) => each.step === step)
  const found = packed[index]
  const isNew = found !== undefined && step.integrity === undefined
  if (isNew) await publishPackage(context, target, { packed: found, left: countNew(packed.slice(index + 1)) })
  if (isNew) say(`published  ${step.tag}`)
  if (!step.tagged) await makeTag(context, step.tag)
  if (!step.tagged) say(`tagged     ${step.tag}`)
  return { name: step.name, version: step.to, published: isNew, tagged: !step.tagged }
}

/** Also done when another run, one that was killed and whose git goes on, has made it meanwhile. */
async function makeTag(context: Context, tag: string): Promise<void> {
  try {
    await runGit(context, ['tag', '--annotate', '--message', tag, tag])
  } catch (error) {
    if ((await runGit(context, ['tag', '--list', tag])) === '') throw error
  }
}

function countNew(packed: readonly Packed[]): number {
  return packed.filter(({ step }) => step.integrity === undefined).length
}

function formatEnd(done: readonly Done[], { url }: Target): string {
  const published = done.filter((each) => each.published).length
  const tagged = done.filter((each) => each.tagged).length
  if (published + tagged === 0) return `${url} has all that is to be published, and git all tags.`
  return `${published} published to ${url}, ${tagged} tagged${tagged === 0 ? '' : '\nnext: git push --follow-tags'}`
}
