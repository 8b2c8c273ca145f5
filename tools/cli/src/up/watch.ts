import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { findTended } from './choose-services.ts'
import { stopServices } from './down.ts'
import type { UpPlace } from './place.ts'
import { readServices } from './read-services.ts'
import { formatServices } from './table.ts'

const PAUSE = 1000

export type WatchOptions = {
  /** Those that are names. */
  readonly names: readonly string[]
  /** Those that go when the watching ends; the others were there before. */
  readonly started: readonly string[]
  readonly signal: AbortSignal
}

/** Shows services in place, below a table that stands there, until the signal, and then stops those that were started. */
export async function watchServices(
  context: Context,
  place: UpPlace,
  { names, started, signal }: WatchOptions,
): Promise<number> {
  const { stdout } = context
  const advice = started.length > 0 ? `Ctrl-C stops ${started.join(', ')}.` : 'Ctrl-C ends this table alone.'
  const state = { height: names.length + 1 }
  while (!signal.aborted) {
    const rows = (await readServices(context, place)).filter(({ name }) => names.includes(name))
    if (rows.length === 0) {
      stdout.write('The services have been stopped.\n')
      return 0
    }
    const table = formatServices(rows, context)
    stdout.write(`\u001b[${state.height}A\u001b[J${table}${advice}\n`)
    state.height = table.split('\n').length
    await sleep(PAUSE, undefined, { signal }).catch(() => undefined)
  }
  if (started.length === 0) return 0
  stdout.write('stopping\n')
  const running = await findTended(context, place)
  await stopServices(
    place,
    started.filter((name) => running.includes(name)),
  )
  return 0
}
