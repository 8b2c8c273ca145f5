import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { cutLine } from '../output/wrap.ts'
import { findTended } from './choose-services.ts'
import { stopServices } from './down.ts'
import type { UpPlace } from './place.ts'
import { readServices } from './read-services.ts'
import type { ServiceRow } from './read-services.ts'
import { formatLive, formatServices, movesCursor } from './table.ts'

const PAUSE = 1000

export type WatchOptions = {
  /** Those that are names. */
  readonly names: readonly string[]
  /** Those that go when the watching ends; the others were there before. */
  readonly started: readonly string[]
  readonly signal: AbortSignal
}

/**
 * Shows services in place, below a table that stands there, until the signal, and then stops those that were started. Where
 * nothing can be drawn over, each change of them is another table.
 */
export async function watchServices(
  context: Context,
  place: UpPlace,
  { names, started, signal }: WatchOptions,
): Promise<number> {
  const { stdout } = context
  const advice = started.length > 0 ? `Ctrl-C stops ${started.join(', ')}.` : 'Ctrl-C ends this table alone.'
  const draw = movesCursor(stdout, context.env)
    ? drawOver(context, names.length + 1, advice)
    : writeChanges(context, advice)
  while (!signal.aborted) {
    const rows = (await readServices(context, place)).filter(({ name }) => names.includes(name))
    if (rows.length === 0) {
      stdout.write('The services have been stopped.\n')
      return 0
    }
    draw(rows)
    await sleep(PAUSE, undefined, { signal }).catch(() => undefined)
  }
  const running = started.length === 0 ? [] : await findTended(context, place)
  const ours = started.filter((name) => running.includes(name))
  // Somebody else may have stopped them meanwhile, and the process that ran them has ended with them.
  if (ours.length === 0) return 0
  stdout.write('stopping\n')
  await stopServices(context, place, ours)
  return 0
}

type Draw = (rows: readonly ServiceRow[]) => void

function drawOver(context: Context, height: number, advice: string): Draw {
  const { stdout } = context
  const state = { height }
  return (rows) => {
    const table = formatLive(rows, context)
    stdout.write(`\u001b[${state.height}A\u001b[J${table}${cutLine(advice, stdout.columns)}\n`)
    state.height = table.split('\n').length
  }
}

function writeChanges(context: Context, advice: string): Draw {
  const keyOf = (rows: readonly ServiceRow[]): string =>
    JSON.stringify(rows.map(({ name, state, pid, crashes, fault }) => [name, state, pid, crashes, fault]))
  const state: { shown?: string } = {}
  return (rows) => {
    const key = keyOf(rows)
    if (state.shown === undefined) context.stdout.write(`${advice}\n`)
    else if (state.shown !== key) context.stdout.write(formatServices(rows, context))
    state.shown = key
  }
}
