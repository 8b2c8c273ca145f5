import { createFolder } from '@mochi/testing'
import { Mirrors } from './index.ts'
import type { Applied, MirrorsOptions, PlanItem, RunResult, Source, SyncEvent, Work } from './index.ts'

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

export type MirrorsRig = AsyncDisposable & {
  readonly mirrors: Mirrors
  readonly options: MirrorsOptions
  /** What runs have told. */
  readonly events: SyncEvent[]
  readonly clock: { now: number }
  readonly file: string
  /** The same after a start. */
  readonly again: () => Mirrors
  readonly sync: (signal?: AbortSignal) => Promise<readonly RunResult[]>
}

/** Mirrors whose clock stands still until it is moved, and which make no pause between attempts. */
export async function createMirrors(...sources: readonly Source[]): Promise<MirrorsRig> {
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
    again: () => new Mirrors(options),
    sync: (signal = new AbortController().signal) =>
      mirrors.sync({ only: [], signal, onEvent: (event) => events.push(event) }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
