import { join } from 'node:path'
import { askTree } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { ensureTree } from './ensure-tree.ts'
import { makeUpPlace } from './place.ts'
import type { UpPlace } from './place.ts'
import { planServices } from './plan-services.ts'
import { readServices } from './read-services.ts'
import { startServices } from './start-services.ts'
import type { ServiceFault } from './start-services.ts'
import type { Steps } from './steps.ts'
import { wantServices } from './want-services.ts'
import type { Wish } from './want-services.ts'
import { writeServices } from './write-services.ts'

export type BroughtUp = {
  /** All that was wanted. */
  readonly names: readonly string[]
  /** Those of them that did not run before. */
  readonly started: readonly string[]
  readonly faults: readonly ServiceFault[]
}

/**
 * Has the wanted services serve: those that do not run are started, and those that run and would be told something else than
 * before are started anew. Throws what `makeUpPlace`, `wantServices`, `writeServices` and `ensureTree` throw.
 */
export async function bringUp(
  context: Context,
  place: UpPlace,
  { wish, steps }: { wish: Wish; steps: Steps },
): Promise<BroughtUp> {
  await makeUpPlace(context, place)
  const wanted = await wantServices(context, wish)
  const freePorts = place.instance !== undefined
  const planned = planServices(wanted, { root: context.root, node: process.execPath, freePorts })
  const names = planned.map(({ name }) => name)
  const rows = await readServices(context, place)
  const running = rows.filter(({ state }) => state !== 'broken').map(({ name }) => name)
  const written = await writeServices(context, place, { planned, running })
  steps.done(`${names.length} service directories in ${join(place.folder, 'service')}`)
  await ensureTree(context, place)
  steps.done('the process that runs them')
  const outdated = written.filter(({ name, changed }) => changed.length > 0 && running.includes(name))
  for (const { name, changed } of outdated) {
    await askTree(place.folder, { do: 'remove', names: [name] })
    steps.done(`${name} has ended, to be told anew: ${changed.join(', ')}`)
  }
  // What is not in the care of the tree any more has no directory any more.
  const again = planned.filter((service) => outdated.some(({ name }) => name === service.name))
  await writeServices(context, place, { planned: again, running: [] })
  const faults = await startServices(context, place, names)
  steps.done(names.join(', '))
  return { names, faults, started: names.filter((name) => !running.includes(name)) }
}
