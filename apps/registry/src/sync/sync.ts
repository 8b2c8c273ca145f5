import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Mirrors, startDaily } from '@mochi/mirror'
import type { MirrorsOptions, NewFinding, Source } from '@mochi/mirror'
import { createSyncGauges } from './gauges.ts'
import type { SyncGauges } from './gauges.ts'
import type { SyncSettings } from './settings.ts'

export type SyncParts = Pick<MirrorsOptions, 'now' | 'pauses'> & {
  readonly settings: SyncSettings & { readonly data: string }
  readonly sources: readonly Source[]
  /** Becomes the process that writes where no other is. */
  readonly becomeWriter: () => Promise<boolean>
  readonly onFault: (error: unknown) => void
}

/** What keeps the mirror up to date. Only the process that writes may touch `mirrors`. */
export type Sync = {
  readonly mirrors: Mirrors
  readonly gauges: SyncGauges['figures']
  /** Looks at what there is, for the gauges, and lets nobody wait for it. */
  readonly look: () => void
  /** Aborted when another process is to write. */
  readonly stopping: AbortSignal
  /** Waits for work at its end, so that nothing of it goes on once another process writes. */
  track<Value>(work: Promise<Value>): Promise<Value>
  stop(): Promise<void>
}

/** Milliseconds that work may take to end. */
const PATIENCE = 5_000

export function createSync({ settings, sources, becomeWriter, onFault, now, pauses }: SyncParts): Sync {
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  const track: Sync['track'] = (work) => {
    const ended = work.catch(() => undefined).finally(() => running.delete(ended))
    running.add(ended)
    return work
  }
  const gauges = createSyncGauges(sources, now)
  const look = (): void => {
    if (sources.length > 0) void track(gauges.refresh(mirrors).catch(onFault))
  }
  const mirrors = new Mirrors({
    file: join(settings.data, 'mirror.json'),
    sources: () => sources,
    now,
    onResult: look,
    ...(pauses && { pauses }),
    ...(sources.length > 0 && { next: () => daily.next() }),
  })
  const daily = startDaily({
    at: settings.syncAt,
    jitter: settings.syncJitter,
    seed: hostname(),
    now,
    // The one that writes runs it, and for the others there is nothing to do.
    last: async () => (sources.length > 0 && (await becomeWriter()) ? mirrors.lastDaily() : now()),
    run: async () => {
      await track(mirrors.sync({ only: [], isDaily: true, signal: stopping.signal, onEvent: () => undefined }))
    },
    onFault,
  })
  return {
    mirrors,
    gauges: gauges.figures,
    look,
    stopping: stopping.signal,
    track,
    stop: async () => {
      daily.stop()
      stopping.abort()
      const waiting = new AbortController()
      const late = wait(PATIENCE, undefined, { signal: waiting.signal }).catch(() => undefined)
      await Promise.race([Promise.all(running), late])
      waiting.abort()
    },
  }
}

/** Remembers findings of one source. */
export function noteTo(sync: () => Sync, source: string): (finding: NewFinding) => Promise<void> {
  return async (finding) => {
    await sync().mirrors.note(source, finding)
  }
}
