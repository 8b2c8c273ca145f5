import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Finding, RunResult, SyncEvent } from '@mochi/mirror'
import type { MirrorFlags } from '../commands/mirror.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { chooseServices } from './choose-services.ts'
import { errors } from './errors.ts'
import { askService, findMirrors, refused } from './find-mirrors.ts'
import type { Asking } from './find-mirrors.ts'
import { createProgress } from './progress.ts'

/** `mochi mirror sync`: brings what is mirrored up to date. 1 when something could not be had, or findings wait for somebody. */
export async function runMirrorSync(
  context: Context,
  { json, instance }: MirrorFlags,
  ...only: string[]
): Promise<number> {
  const chosen = chooseServices(await findMirrors(context, instance), only)
  const signal = context.interrupted()
  const results: RunResult[] = []
  const found: Finding[] = []
  let open = 0
  const progress = createProgress(context, json)
  for (const { url, query } of chosen) {
    for await (const event of syncEvents(url, { method: 'POST', query, signal })) {
      progress.show(event)
      if (event.is === 'found') found.push(event.finding)
      if (event.is !== 'ended') continue
      results.push(...event.results)
      open += event.open
    }
  }
  progress.end()
  if (json) writeJson(context.stdout, { results, found, open })
  else if (open > 0) context.stdout.write(spellCommands(`${countOpen(open)}: ./mochi mirror status\n`, context))
  return open > 0 || results.some(({ failed }) => failed > 0) ? 1 : 0
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
