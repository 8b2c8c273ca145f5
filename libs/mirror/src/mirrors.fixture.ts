import { createFolder } from '@mochi/testing'
import { Mirrors } from './index.ts'
import type { Applied, PlanItem, Source, SyncEvent, Work } from './index.ts'

export type FakeSource = {
  readonly name?: string
  readonly items?: readonly string[]
  readonly atOnce?: number
  readonly unobtainable?: readonly { what: string; reason: string }[]
  readonly apply?: (id: string, work: Work) => Promise<Applied> | Applied
}

/** A source with these items, whose work is given. */
export function fakeSource({
  name = 'packages',
  items = ['a', 'b'],
  atOnce = 2,
  unobtainable = [],
  apply,
}: FakeSource = {}): Source {
  return {
    name,
    atOnce,
    plan: () =>
      Promise.resolve({
        wanted: items.length,
        held: 0,
        items: items.map((id): PlanItem => ({ id, what: `fetch ${id}`, fetches: 1 })),
        unobtainable,
      }),
    apply: async (item, work) => (await apply?.(item.id, work)) ?? { fetched: 1 },
    measure: () => Promise.resolve({ count: items.length, bytes: 100 }),
  }
}

export const START = Date.UTC(2026, 0, 1)

/** Mirrors whose clock stands still until it is moved, and which make no pause between attempts. */
export async function createMirrors(...sources: readonly Source[]) {
  const folder = await createFolder()
  const clock = { now: START }
  const options = { file: folder.join('mirror.json'), sources: () => sources, now: () => clock.now, pauses: [0, 0] }
  const mirrors = new Mirrors(options)
  const events: SyncEvent[] = []
  return {
    mirrors,
    options,
    events,
    clock,
    file: options.file,
    /** The same after a start. */
    again: () => new Mirrors(options),
    sync: (signal = new AbortController().signal) =>
      mirrors.sync({ only: [], signal, onEvent: (event) => events.push(event) }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
