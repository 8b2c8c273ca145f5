import pLimit from 'p-limit'
import { renderBrief } from '../packument/brief.ts'
import { toLines } from '../packument/lines.ts'
import { parsePackument } from '../packument/packument.ts'
import type { ParsedPackument } from '../packument/packument.ts'
import type { DocumentAnswer, Uplink } from '../uplink/uplink.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { Documents, Form, Known } from './documents.ts'
import { NeedsWriter } from './needs-writer.ts'

export type RenewalsOptions = {
  readonly documents: Documents
  /** None: what is held is all there is. */
  readonly uplink: Uplink | undefined
  readonly now: () => number
  /** False where another process writes. */
  readonly mayWrite: () => boolean
}

/** Packuments that are fetched, parsed and written at once: one can be a hundred megabytes in memory. */
const NEW_AT_ONCE = 6
/** Those that upstream is asked about and most likely has not changed. */
const SAME_AT_ONCE = 24

/** Brings packuments up to date with what upstream says. */
export class Renewals {
  readonly #options: RenewalsOptions
  readonly #new = pLimit(NEW_AT_ONCE)
  readonly #same = pLimit(SAME_AT_ONCE)

  constructor(options: RenewalsOptions) {
    this.#options = options
  }

  /** False where upstream says that there is no such package, and none was held. Throws UplinkFault. */
  async renew(name: string, known: Known | undefined): Promise<boolean> {
    const { uplink, mayWrite } = this.#options
    if (!mayWrite()) throw new NeedsWriter()
    if (uplink === undefined) throw new UplinkFault('none', 'no uplink is configured')
    const etag = known?.etag ?? undefined
    if (etag === undefined) return this.#new(async () => this.#take(name, known, await uplink.document(name)))
    const answer = await this.#same(() => uplink.document(name, etag))
    return answer.is === 'new' ? this.#new(() => this.#take(name, known, answer)) : this.#take(name, known, answer)
  }

  async #take(name: string, known: Known | undefined, answer: DocumentAnswer): Promise<boolean> {
    const { documents, now } = this.#options
    const checked = now()
    if (answer.is === 'absent') return known !== undefined
    if (answer.is === 'new')
      await documents.write(
        { name, etag: answer.etag, fetched: checked, checked },
        formsOf(parsePackument(name, answer.text)),
      )
    else if (known === undefined)
      throw new UplinkFault('invalid', `upstream says that nothing has changed, and never gave ${name}`)
    else await documents.confirm(known, checked)
    return true
  }
}

function formsOf(parsed: ParsedPackument): Record<Form, Buffer> {
  const { packument } = parsed
  return {
    brief: Buffer.from(renderBrief(parsed)),
    abbreviated: toLines(packument, 'abbreviated'),
    full: toLines(packument, 'full'),
  }
}
