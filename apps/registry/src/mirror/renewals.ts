import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import type { NewFinding } from '@mochi/mirror'
import { renderBrief } from '../packument/brief.ts'
import { readLines, toLines } from '../packument/lines.ts'
import { applyMerge, merge } from '../packument/merge.ts'
import { parsePackument } from '../packument/packument.ts'
import type { ParsedPackument } from '../packument/packument.ts'
import type { RemovedVersions } from '../packument/removed.ts'
import type { DocumentAnswer, Uplink } from '../uplink/uplink.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { Document, Documents, Form, Known } from './documents.ts'
import { findingsOf } from './findings.ts'
import { NeedsWriter } from './needs-writer.ts'

export type RenewalsOptions = {
  readonly documents: Documents
  /** None: what is held is all there is. */
  readonly uplink: Uplink | undefined
  readonly now: () => number
  /** False where another process writes. */
  readonly mayWrite: () => boolean
  /** Remembers what somebody should know about upstream. */
  readonly onFound: (finding: NewFinding) => Promise<void>
}

/** Packuments that are fetched, parsed and written at once: one can be a hundred megabytes in memory, and one processor parses them. */
const NEW_AT_ONCE = 2
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
    if (answer.is === 'same') {
      if (known === undefined)
        throw new UplinkFault('invalid', `upstream says that nothing has changed, and never gave ${name}`)
      await documents.confirm(known, checked)
      return true
    }
    const text = answer.is === 'new' ? digestOf(answer.text) : undefined
    if (known !== undefined && text !== undefined && text === known.text) {
      await documents.confirm(known, checked)
      return true
    }
    const held = known && (await documents.read(name, ['brief', 'full']))
    const given = answer.is === 'new' ? parsePackument(name, answer.text) : undefined
    // One that was gone is asked for as a whole once it is back: its ETag may be the old one.
    const facts = { name, text, etag: answer.is === 'new' ? answer.etag : null, fetched: checked, checked }
    if (held !== undefined) await this.#merge(facts, held, given)
    else if (given !== undefined) await this.#write(facts, formsOf(given))
    return held !== undefined || given !== undefined
  }

  async #merge(facts: Facts, held: Document<'brief' | 'full'>, given: ParsedPackument | undefined): Promise<void> {
    const { name, checked: now } = facts
    const { packument: ours } = parsePackument(name, held.forms.brief.toString('utf8'))
    const merged = merge({ held: ours, given, last: held.known.checked, now })
    // Told before it is done: a kill in between tells it again, and it counts once.
    for (const finding of findingsOf(ours, merged)) await this.#options.onFound(finding)
    if (given !== undefined && merged.kept.length === 0) return this.#write(facts, formsOf(given))
    const { head, manifests } = readLines(held.forms.full, merged.kept)
    const base = given ?? { packument: { ...head, name, versions: {}, 'dist-tags': {} }, broken: [] }
    return this.#write(facts, formsOf(applyMerge(base, ours, manifests), merged.removed))
  }

  async #write(facts: Facts, forms: Record<Form, Buffer>): Promise<void> {
    if (!this.#options.mayWrite()) throw new NeedsWriter()
    await this.#options.documents.write(facts, forms)
  }
}

type Facts = Omit<Known, 'digests'>

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function formsOf(parsed: ParsedPackument, removed: RemovedVersions = {}): Record<Form, Buffer> {
  const { packument } = parsed
  return {
    brief: Buffer.from(renderBrief(parsed, removed)),
    abbreviated: toLines(packument, 'abbreviated'),
    full: toLines(packument, 'full'),
  }
}
