import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { cutLine } from '../output/wrap.ts'
import { findTree } from './ensure-tree.ts'
import type { UpPlace } from './place.ts'
import { movesCursor } from './table.ts'

const PAUSE = 1000

/** Until it is disposed, says each second whose end is waited for: on a terminal in one line, elsewhere once. */
export function tellWaiting(context: Context, place: UpPlace, names: readonly string[]): AsyncDisposable {
  const ended = new AbortController()
  const telling = tell(context, place, { names, signal: ended.signal })
  return {
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await telling
    },
  }
}

async function tell(
  { stderr, env }: Context,
  place: UpPlace,
  { names, signal }: { names: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const isLive = movesCursor(stderr, env)
  for (let seconds = 1; ; seconds += 1) {
    await sleep(PAUSE, undefined, { signal }).catch(() => undefined)
    const tree = signal.aborted ? undefined : await findTree(place).catch(() => undefined)
    const left = tree?.entries.map(({ name }) => name).filter((name) => names.includes(name)) ?? []
    if (signal.aborted) {
      if (isLive && seconds > 1) stderr.write('\r\u001b[K')
      return
    }
    const words = `waiting for ${left.join(', ')} to finish its requests`
    if (left.length > 0)
      stderr.write(isLive ? `\r\u001b[K${cutLine(`${words}, ${seconds} s`, stderr.columns - 1)}` : `${words}\n`)
    if (left.length > 0 && !isLive) return
  }
}
