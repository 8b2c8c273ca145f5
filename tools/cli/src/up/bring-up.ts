import { join } from 'node:path'
import { askTree } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { stopServices } from './down.ts'
import { ensureTree } from './ensure-tree.ts'
import { findAppFolder } from './launch.ts'
import { makeUpPlace } from './place.ts'
import type { UpPlace } from './place.ts'
import { nodeNames, planServices } from './plan-services.ts'
import type { PlannedService } from './plan-services.ts'
import { readServices } from './read-services.ts'
import { startServices } from './start-services.ts'
import type { ServiceFault } from './start-services.ts'
import type { Steps } from './steps.ts'
import { wantServices } from './want-services.ts'
import type { Wanted, Wish } from './want-services.ts'
import { writeServices } from './write-services.ts'
import type { WrittenService } from './write-services.ts'

export type BroughtUp = {
  /** All that was wanted and could be asked to serve. */
  readonly names: readonly string[]
  /** Those of them that did not run before. */
  readonly started: readonly string[]
  /** Those whose configuration lets them not be asked. */
  readonly refused: readonly ServiceFault[]
  readonly faults: readonly ServiceFault[]
}

export type BringUpOptions = {
  readonly wish: Wish
  readonly steps: Steps
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/**
 * Has the wanted services serve: those that do not run are started, those that run and would be told something else than
 * before are started anew, and of one whose nodes are counted those beyond the count are stopped. Throws CLI_UP_INTERRUPTED
 * after a Ctrl-C, when what was started has been stopped, and what `makeUpPlace`, `wantServices`, `writeServices` and
 * `ensureTree` throw.
 */
export async function bringUp(context: Context, place: UpPlace, options: BringUpOptions): Promise<BroughtUp> {
  const { wish, steps, signal } = options
  await makeUpPlace(context, place)
  const { wanted, refused, misspelt, warnings } = await wantServices(context, wish)
  warn(context, { misspelt, warnings })
  const freePorts = place.instance !== undefined
  const planned = planServices(wanted, { root: context.root, node: process.execPath, freePorts, var: place.folder })
  const names = planned.map(({ name }) => name)
  const rows = await readServices(context, place)
  const running = rows.filter(({ state }) => state !== 'broken' && state !== 'down').map(({ name }) => name)
  if (signal.aborted) throw errors.CLI_UP_INTERRUPTED({ names: [], instance: place.instance })
  const written = await writeServices(context, place, { planned, running })
  steps.done(
    `${names.length} service ${names.length === 1 ? 'directory' : 'directories'} in ${join(place.folder, 'service')}`,
  )
  await ensureTree(context, place)
  steps.done('the process that runs them')
  await endSurplus(context, place, { wish, running, steps })
  const outdated = written.filter(({ name, changed }) => changed.length > 0 && running.includes(name))
  await endOutdated(context, place, { planned, outdated, steps })
  const started = names.filter((name) => !running.includes(name))
  const faults = await startServices(context, place, { names, signal })
  if (faults === undefined) return await takeBack(context, place, started)
  steps.done(names.join(', '))
  return { names, refused, faults, started }
}

function warn({ stderr }: Context, { misspelt, warnings }: Pick<Wanted, 'misspelt' | 'warnings'>): void {
  for (const { app, found, meant } of misspelt)
    stderr.write(`warning: ${found} means nothing to ${app}; did you mean ${meant}?\n`)
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`)
}

type SurplusOptions = { readonly wish: Wish; readonly running: readonly string[]; readonly steps: Steps }

/** Fewer nodes than run are wanted. */
async function endSurplus({ root }: Context, place: UpPlace, { wish, running, steps }: SurplusOptions): Promise<void> {
  for (const [app, count] of wish.nodes) {
    const kept = nodeNames(app, count)
    const folders = await Promise.all(running.map((name) => findAppFolder(place, name)))
    const names = running.filter((name, index) => folders[index] === join(root, 'apps', app) && !kept.includes(name))
    if (names.length === 0) continue
    await askTree(place.folder, { do: 'remove', names })
    steps.done(`${names.join(', ')} ended: ${count} of ${app} wanted`)
  }
}

type OutdatedOptions = {
  readonly planned: readonly PlannedService[]
  readonly outdated: readonly WrittenService[]
  readonly steps: Steps
}

async function endOutdated(
  context: Context,
  place: UpPlace,
  { planned, outdated, steps }: OutdatedOptions,
): Promise<void> {
  for (const { name, changed } of outdated) {
    await askTree(place.folder, { do: 'remove', names: [name] })
    steps.done(`${name} has ended, to be told anew: ${changed.join(', ')}`)
  }
  // What is not in the care of the tree any more has no directory any more.
  const again = planned.filter((service) => outdated.some(({ name }) => name === service.name))
  await writeServices(context, place, { planned: again, running: [] })
}

async function takeBack(context: Context, place: UpPlace, names: readonly string[]): Promise<never> {
  if (names.length > 0) {
    context.stderr.write(`stopping ${names.join(', ')}\n`)
    await stopServices(context, place, names)
  }
  throw errors.CLI_UP_INTERRUPTED({ names, instance: place.instance })
}
