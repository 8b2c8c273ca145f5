import type { ReleaseFlags } from '../commands/release.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { ownRegistry } from '../registry/own-registry.ts'
import { findTarget } from './find-target.ts'
import { isOpen } from './plan-release.ts'
import type { Step } from './plan-release.ts'
import { readPlan } from './read-plan.ts'
import type { ReadPlan } from './read-plan.ts'

/** `mochi release plan`: what `mochi release publish` would do, in its order, and why. Changes nothing. */
export async function runReleasePlan(
  context: Context,
  { registry, json }: ReleaseFlags,
  own = ownRegistry,
): Promise<undefined> {
  const target = await findTarget(context, registry, own)
  const plan = await readPlan(context, target)
  if (json)
    writeJson(context.stdout, {
      registry: target.url,
      changesets: plan.changesets,
      packages: plan.steps.map(toDocument),
    })
  else context.stdout.write(spellCommands(formatPlan(plan, target.url, context.stdout.columns), context))
}

/** Pure. */
export function formatPlan({ steps, changesets }: ReadPlan, url: string, columns: number): string {
  const open = steps.filter(isOpen)
  const rest = steps.length - open.length
  if (open.length === 0) return `${url} has all ${steps.length} packages as they are, and git their tags.\n`
  const rows = open.map((step) => [step.name, versionsOf(step), placeOf(step), step.why.join('; ')])
  const table = formatTable([['package', 'version', 'registry', 'why'], ...rows], columns)
  const others = rest === 0 ? '' : `${rest} more ${rest === 1 ? 'stays as it is' : 'stay as they are'}.\n`
  return `To ${url}, in this order:\n\n${table}\n\n${others}next: ./mochi release publish${changesets.length === 0 ? '' : ' --version'}\n`
}

function versionsOf({ from, to }: Step): string {
  return from === to ? to : `${from} → ${to}`
}

function placeOf({ private: isPrivate, integrity }: Step): string {
  if (isPrivate) return 'private: tag only'
  return integrity === undefined ? 'absent' : 'there'
}

function toDocument({ integrity, ...step }: Step) {
  return { ...step, integrity: integrity ?? null, inRegistry: integrity !== undefined }
}
