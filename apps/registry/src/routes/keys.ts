import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Drafts } from '../mirror/drafts.ts'
import { NeedsWriter } from '../mirror/mirror.ts'
import { ageHeaders } from '../read/send-packument.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import { sendNothing } from './ask-upstream.ts'
import type { AskUpstream, UpstreamAnswer } from './ask-upstream.ts'
import { sendJson } from './route.ts'
import type { Route } from './route.ts'

export type KeysParts = {
  readonly askUpstream: AskUpstream
  /** The registry's data. */
  readonly folder: string
  readonly drafts: Pick<Drafts, 'write' | 'publish'>
  /** Milliseconds for which upstream is not asked again. */
  readonly fresh: number
  readonly now: () => number
  readonly mayWrite: () => boolean
}

const PATH = '/-/npm/v1/keys'

/** `checked`: when upstream last said it, in milliseconds since 1970. */
type Held = { readonly text: string; readonly checked: number }

/** The keys with which upstream signs what it publishes: kept, so that signatures can be checked while it is away. */
export function createKeys(parts: KeysParts): Route {
  const { askUpstream, folder, fresh, now, mayWrite } = parts
  const file = join(folder, 'mirror', 'keys.json')
  return {
    method: 'GET',
    path: /^\/-\/npm\/v1\/keys$/,
    answer: async ({ response }) => {
      const held = await read(file)
      const age = held === undefined ? Infinity : Math.max(0, now() - held.checked)
      if (held !== undefined && age < fresh) {
        sendJson(response, held.text)
        return
      }
      if (!mayWrite()) throw new NeedsWriter()
      const answer = checked(await askUpstream(PATH))
      if (answer.is === 'answer') {
        await write(parts, file, { text: answer.text, checked: now() })
        sendJson(response, answer.text)
      } else if (held !== undefined && answer.is === 'away') {
        sendJson(response, held.text, ageHeaders(held.checked, now()))
      } else sendNothing(response, "the keys of upstream's signatures", answer)
    },
  }
}

function checked(answer: UpstreamAnswer): UpstreamAnswer {
  if (answer.is !== 'answer') return answer
  const { value } = answer
  const isKeys = typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
  return isKeys ? answer : { is: 'away', fault: new UplinkFault('invalid', 'what upstream answered are no keys') }
}

async function read(file: string): Promise<Held | undefined> {
  try {
    const held = JSON.parse(await readFile(file, 'utf8')) as Held
    return typeof held.text === 'string' && typeof held.checked === 'number' ? held : undefined
  } catch {
    return undefined
  }
}

async function write({ drafts }: KeysParts, file: string, held: Held): Promise<void> {
  await drafts.publish(await drafts.write([Buffer.from(JSON.stringify(held))]), file)
}
