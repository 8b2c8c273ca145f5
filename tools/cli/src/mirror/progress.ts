import type { Progress, RunResult, SyncEvent } from '@mochi/mirror'
import prettyBytes from 'pretty-bytes'
import type { Context } from '../context.ts'
import { formatDuration } from '../output/duration.ts'
import { cutLine } from '../output/wrap.ts'
import { movesCursor } from '../up/table.ts'

export type ShowEvents = { readonly show: (event: SyncEvent) => void; readonly end: () => void }

/** Says on standard error how a run goes on: on a terminal in one line that is drawn over, elsewhere when something has changed. */
export function createProgress({ stderr, env }: Context, isQuiet: boolean): ShowEvents {
  const isLive = movesCursor(stderr, env) && !isQuiet
  const clear = (): void => {
    if (isLive) stderr.write('\r\u001b[K')
  }
  return {
    show: (event) => {
      if (isQuiet) return
      if (event.is === 'progress') {
        if (isLive) stderr.write(`\r\u001b[K${cutLine(formatProgress(event), stderr.columns - 1)}`)
        return
      }
      clear()
      const line = formatEvent(event)
      if (line !== '') stderr.write(`${line}\n`)
    },
    end: clear,
  }
}

/** Pure. */
export function formatProgress({ source, done, of, fetched, bytes, elapsed }: Progress): string {
  const rate = elapsed > 0 ? `, ${prettyBytes((bytes * 1000) / elapsed)}/s` : ''
  const left = done > 0 && done < of ? `, ${formatDuration((elapsed / done) * (of - done))} left` : ''
  return `${source}: ${done} of ${of}, ${fetched} fetched, ${prettyBytes(bytes)}${rate}${left}`
}

function formatEvent(event: Exclude<SyncEvent, { is: 'progress' }>): string {
  switch (event.is) {
    case 'planned':
      return `${event.source}: ${event.plan.held} of ${event.plan.wanted} held, ${event.plan.items.length} to look at`
    case 'failed':
      return `${event.source}: ${event.fault.what} failed: ${event.fault.reason}`
    case 'found':
      return `${event.finding.source}: ${event.finding.kind}: ${event.finding.what}: ${event.finding.detail}`
    case 'ended':
      return event.results.map(formatResult).join('\n')
  }
}

function formatResult({ source, done, of, fetched, bytes, failed, started, ended }: RunResult): string {
  const brought = fetched === 0 ? 'nothing new' : `${fetched} fetched, ${prettyBytes(bytes)}`
  const faults = failed === 0 ? '' : `, ${failed} failed`
  return `${source}: ${done} of ${of} done in ${formatDuration(ended - started)}, ${brought}${faults}`
}
