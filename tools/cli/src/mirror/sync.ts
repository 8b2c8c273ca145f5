import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Finding, RunResult, SyncEvent } from '@mochi/mirror'
import type { MirrorFlags } from '../commands/mirror.ts'
import type { Context } from '../context.ts'
import { exitCodeOf } from '../interrupted.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { chooseServices } from './choose-services.ts'
import type { Chosen } from './choose-services.ts'
import { errors } from './errors.ts'
import { askService, findMirrors, refused } from './find-mirrors.ts'
import type { Asking } from './find-mirrors.ts'
import { createProgress } from './progress.ts'

/** `mochi mirror sync`: brings what is mirrored up to date. 1 when something could not be had, or findings wait for somebody; 130 after Ctrl-C. */
export async function runMirrorSync(
  context: Context,
  { json, instance }: MirrorFlags,
  ...only: string[]
): Promise<number> {
  const chosen = chooseServices(await findMirrors(context, instance), only)
  const signal = context.interrupted()
  const progress = createProgress(context, json)
  const told = await hear(chosen, signal, progress.show).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  progress.end()
  if (told === undefined) {
    context.stderr.write('Ended before it was through. What was fetched is kept; the next run goes on from there.\n')
    return exitCodeOf(signal)
  }
  const { results, open } = told
  if (json) writeJson(context.stdout, told)
  else if (open > 0) context.stdout.write(spellCommands(`${countOpen(open)}: ./mochi mirror status\n`, context))
  return open > 0 || results.some(({ failed }) => failed > 0) ? 1 : 0
}

type Told = { readonly results: readonly RunResult[]; readonly found: readonly Finding[]; readonly open: number }

/** Runs of services one after the other, and what they told. */
async function hear(chosen: readonly Chosen[], signal: AbortSignal, show: (event: SyncEvent) => void): Promise<Told> {
  const events: SyncEvent[] = []
  for (const { url, query } of chosen) {
    for await (const event of syncEvents(url, { method: 'POST', query, signal })) {
      show(event)
      if (event.is === 'found' || event.is === 'ended') events.push(event)
    }
  }
  const ended = events.filter((event) => event.is === 'ended')
  return {
    results: ended.flatMap((event) => event.results),
    found: events.flatMap((event) => (event.is === 'found' ? [event.finding] : [])),
    open: ended.reduce((sum, event) => sum + event.open, 0),
  }
}

function countOpen(open: number): string {
  return open === 1 ? 'A finding waits for somebody' : `${open} findings wait for somebody`
}

/** What a run tells, to its end. Throws CLI_MIRROR_REFUSED, and CLI_MIRROR_CUT where the end is missing. */
async function* syncEvents(url: string, asking: Asking): AsyncGenerator<SyncEvent> {
  const response = await askService(url, '/sync', asking)
  const body = Readable.fromWeb(response.body ?? new ReadableStream())
  if (response.status !== 200) throw refused(url, response.status, tryParse(await text(body)))
  let isEnded = false
  try {
    for await (const line of createInterface({ input: body })) {
      const event = JSON.parse(line) as SyncEvent
      isEnded ||= event.is === 'ended'
      yield event
    }
  } catch (cause) {
    throw errors.CLI_MIRROR_CUT({ url }, { cause })
  }
  if (!isEnded) throw errors.CLI_MIRROR_CUT({ url })
}

function tryParse(given: string): unknown {
  try {
    return JSON.parse(given)
  } catch {
    return undefined
  }
}
