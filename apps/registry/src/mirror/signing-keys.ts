import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AskUpstream, NoAnswer, UpstreamAnswer } from '../uplink/ask-upstream.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { Drafts } from './drafts.ts'
import { NeedsWriter } from './mirror.ts'
import { parseSigningKeys } from './signatures.ts'
import type { SigningKey } from './signatures.ts'

export type SigningKeysParts = {
  readonly askUpstream: AskUpstream
  /** The registry's data. */
  readonly folder: string
  readonly drafts: Pick<Drafts, 'write' | 'publish'>
  /** Milliseconds for which upstream is not asked again. */
  readonly fresh: number
  readonly now: () => number
  readonly mayWrite: () => boolean
}

export type SigningKeysAnswer =
  /** `awaySince`: when upstream last said it, where it is away. */
  { readonly is: 'held'; readonly text: string; readonly awaySince: number | undefined } | NoAnswer

const PATH = '/-/npm/v1/keys'

/** `checked`: when upstream last said it, in milliseconds since 1970. */
type Held = { readonly text: string; readonly checked: number }

/** The keys with which upstream signs what it publishes: kept, so that signatures can be checked while it is away. */
export class SigningKeys {
  readonly #parts: SigningKeysParts
  readonly #file: string

  constructor(parts: SigningKeysParts) {
    this.#parts = parts
    this.#file = join(parts.folder, 'mirror', 'keys.json')
  }

  async read(): Promise<SigningKeysAnswer> {
    const { askUpstream, fresh, now, mayWrite } = this.#parts
    const held = await readHeld(this.#file)
    if (held !== undefined && now() - held.checked < fresh) return { is: 'held', text: held.text, awaySince: undefined }
    if (!mayWrite()) throw new NeedsWriter()
    const answer = checked(await askUpstream(PATH))
    if (answer.is === 'answer') {
      await this.#write({ text: answer.text, checked: now() })
      return { is: 'held', text: answer.text, awaySince: undefined }
    }
    if (held !== undefined && answer.is === 'away') return { is: 'held', text: held.text, awaySince: held.checked }
    return answer
  }

  /** The keys themselves; none where upstream has none. Throws UplinkFault when it cannot be known. */
  async keys(): Promise<readonly SigningKey[]> {
    const answer = await this.read()
    if (answer.is === 'away') throw answer.fault
    return answer.is === 'held' ? parseSigningKeys(answer.text) : []
  }

  async #write(held: Held): Promise<void> {
    const { drafts } = this.#parts
    await drafts.publish(await drafts.write([Buffer.from(JSON.stringify(held))]), this.#file)
  }
}

function checked(answer: UpstreamAnswer): UpstreamAnswer {
  if (answer.is !== 'answer') return answer
  const { value } = answer
  const isKeys = typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
  return isKeys ? answer : { is: 'away', fault: new UplinkFault('invalid', 'what upstream answered are no keys') }
}

async function readHeld(file: string): Promise<Held | undefined> {
  try {
    const held = JSON.parse(await readFile(file, 'utf8')) as Held
    return typeof held.text === 'string' && typeof held.checked === 'number' ? held : undefined
  } catch {
    return undefined
  }
}
