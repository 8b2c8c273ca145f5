import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AskUpstream, UpstreamAnswer } from '../uplink/ask-upstream.ts'
import type { UplinkFault } from '../uplink/uplink-fault.ts'
import type { Drafts } from './drafts.ts'
import { fileOf } from './folder.ts'
import { NeedsWriter } from './mirror.ts'

export type HeldAnswersParts = {
  readonly askUpstream: AskUpstream
  /** Where answers are kept, by the SHA-512 of their path. */
  readonly folder: string
  readonly drafts: Pick<Drafts, 'write' | 'publish'>
  readonly now: () => number
  readonly mayWrite: () => boolean
}

/** What upstream says at a path, also that it says nothing there. `awaySince`: when it last said so, where it is away now. */
export type HeldAnswer =
  | { readonly is: 'held'; readonly text: string; readonly awaySince: number | undefined }
  | { readonly is: 'refused'; readonly status: number; readonly awaySince: number | undefined }
  | { readonly is: 'away'; readonly fault: UplinkFault }

export type AskHeld = {
  /** Milliseconds for which an answer is not asked for again, and those for which a refusal is not. */
  readonly fresh: number
  readonly freshRefusal: number
  /** Makes a fault of an answer that must not be kept. */
  readonly check?: (answer: UpstreamAnswer) => UpstreamAnswer
}

/** `checked`: when upstream last said it, in milliseconds since 1970. The text is empty where it refused. */
type Held = { readonly path: string; readonly status: number; readonly text: string; readonly checked: number }

/** Small documents of upstream beside packuments: kept, so that clients that ask for them can install while it is away. */
export class HeldAnswers {
  readonly #parts: HeldAnswersParts

  constructor(parts: HeldAnswersParts) {
    this.#parts = parts
  }

  async ask(path: string, { fresh, freshRefusal, check = (answer) => answer }: AskHeld): Promise<HeldAnswer> {
    const { askUpstream, now, mayWrite } = this.#parts
    const held = await this.#read(path)
    if (held !== undefined && now() - held.checked < (held.status === 200 ? fresh : freshRefusal)) return asAnswer(held)
    if (!mayWrite()) throw new NeedsWriter()
    const answer = check(await askUpstream(path))
    if (answer.is === 'away') return held === undefined ? answer : { ...asAnswer(held), awaySince: held.checked }
    const [status, text] = answer.is === 'answer' ? [200, answer.text] : [answer.status, '']
    return asAnswer(await this.#write({ path, status, text, checked: now() }))
  }

  #file(path: string): string {
    return fileOf(this.#parts.folder, createHash('sha512').update(path).digest('hex'))
  }

  async #read(path: string): Promise<Held | undefined> {
    try {
      const held = JSON.parse(await readFile(this.#file(path), 'utf8')) as Held
      const isWhole = held.path === path && typeof held.text === 'string' && Number.isInteger(held.status)
      return isWhole && Number.isFinite(held.checked) ? held : undefined
    } catch {
      return undefined
    }
  }

  async #write(held: Held): Promise<Held> {
    const { drafts } = this.#parts
    await drafts.publish(await drafts.write([Buffer.from(JSON.stringify(held))]), this.#file(held.path))
    return held
  }
}

function asAnswer({ status, text }: Held): Exclude<HeldAnswer, { is: 'away' }> {
  return status === 200 ? { is: 'held', text, awaySince: undefined } : { is: 'refused', status, awaySince: undefined }
}
