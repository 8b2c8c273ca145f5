import { setTimeout as sleep } from 'node:timers/promises'
import { isMochiError } from '@mochi/errors'
import type { Context } from '../context.ts'
import { stopServices } from './down.ts'
import type { UpPlace } from './place.ts'
import { formatServices, readServices } from './table.ts'

const PAUSE = 1000

/** Shows services in place until Ctrl-C, which stops them. Ends by itself when somebody else has stopped them. */
export async function watchServices(context: Context, place: UpPlace, names: readonly string[]): Promise<number> {
  const { stdout } = context
  const asked = new AbortController()
  process.once('SIGINT', () => asked.abort())
  const state = { height: names.length + 1 }
  while (!asked.signal.aborted) {
    const rows = await readServices(context, place).catch(nothing)
    const ours = rows.filter(({ name }) => names.includes(name))
    if (ours.length === 0) {
      stdout.write('The services have been stopped.\n')
      return 0
    }
    const table = formatServices(ours, context)
    stdout.write(`\u001b[${state.height}A\u001b[J${table}Ctrl-C stops them.\n`)
    state.height = table.split('\n').length
    await sleep(PAUSE, undefined, { signal: asked.signal }).catch(() => undefined)
  }
  stdout.write('stopping\n')
  await stopServices(place, names)
  return 0
}

function nothing(error: unknown): [] {
  if (isMochiError(error) && error.code === 'SUPERVISE_NOT_RUNNING') return []
  throw error
}
