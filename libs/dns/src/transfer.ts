import { isMochiError } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import type { Clock, RandomInteger } from './capabilities.ts'
import { decodeMessage } from './decode-message.ts'
import { encodeMessage } from './encode-message.ts'
import { errors } from './errors.ts'
import { exchangeTcp } from './exchange.ts'
import { createMessage } from './message.ts'
import type { Question, ReadMessage } from './message.ts'
import { isSameName, isWithin } from './names.ts'
import { isAnswer } from './question.ts'
import type { AnyRecord, DnsRecord, RecordOf } from './records.ts'
import { formatServer } from './servers.ts'
import type { Server } from './servers.ts'
import { AnswerVerifier, signRequest } from './signed-exchange.ts'
import type { Asking } from './signed-exchange.ts'
import type { TsigKey } from './tsig.ts'

/**
 * All records of a zone. Rejects with `DNS_TRANSFER_REFUSED`, `DNS_TRANSFER_BROKEN` (it ended early, or went beyond a
 * limit), `DNS_NO_ANSWER`, and with a key those of signatures.
 */
export type TransferOptions = {
  readonly zone: string
  readonly key?: TsigKey
  readonly maxRecords?: number
  readonly maxBytes?: number
  /** For all of it, in milliseconds; 30 seconds unless it is told otherwise. */
  readonly deadlineMs?: number
}

/** A zone as it was at one moment. `records` begins with the SOA, and does not have it twice. */
export type Transfer = { readonly server: string; readonly serial: number; readonly records: readonly DnsRecord[] }

type Context = {
  readonly servers: readonly Server[]
  readonly clock: Clock
  readonly random: RandomInteger
  readonly signal: AbortSignal
}

type Limits = { readonly maxRecords: number; readonly maxBytes: number }

const LIMITS: Limits = { maxRecords: 100_000, maxBytes: 64 * 2 ** 20 }

/** Asks one server after the other; the first that answers at all decides. */
export async function transferZone(options: TransferOptions, context: Context): Promise<Transfer> {
  const begin = context.clock.monotonic()
  const attempts: { server: string; failed: string }[] = []
  for (const server of context.servers) {
    const asking = { server, zone: options.zone, key: options.key, clock: context.clock }
    const result = await transferFrom(asking, { ...LIMITS, ...options }, context)
    if (isMochiError(result)) throw result
    if (!('failed' in result)) return result
    attempts.push({ server: formatServer(server), failed: result.failed })
  }
  throw errors.DNS_NO_ANSWER({
    question: { name: options.zone, type: 'AXFR' },
    servers: context.servers.map(formatServer),
    attempts,
    ms: Math.round(context.clock.monotonic() - begin),
  })
}

async function transferFrom(
  asking: Asking,
  limits: Limits,
  context: Context,
): Promise<Transfer | MochiError | { failed: string }> {
  const id = context.random(65_536)
  const question: Question = { name: asking.zone, type: 'AXFR', class: 'IN' }
  const { bytes, mac } = signRequest(encodeMessage(createMessage({ id, questions: [question] })), asking)
  const collector = new Collector(asking, { limits, id, question, requestMac: mac })
  const { signal } = context
  const result = await exchangeTcp(bytes, { server: asking.server, signal, take: (message) => collector.take(message) })
  if ('answer' in result) return result.answer
  // Nothing of the zone came: another server may have it.
  return collector.isEmpty ? result : collector.broken(result.failed)
}

type Expected = { limits: Limits; id: number; question: Question; requestMac: Uint8Array | undefined }

/** Collects a zone from its messages, from one SOA to the same SOA again (RFC 5936, 2.2). */
class Collector {
  readonly #asking: Asking
  readonly #expected: Expected
  readonly #verifier: AnswerVerifier
  readonly #records: DnsRecord[] = []
  #bytes = 0

  constructor(asking: Asking, expected: Expected) {
    this.#asking = asking
    this.#expected = expected
    this.#verifier = new AnswerVerifier(asking, expected.requestMac)
  }

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  /** The zone or its fault, where this message completes one of them. */
  take(bytes: Uint8Array): { answer: Transfer | MochiError } | undefined {
    const decoded = decodeMessage(bytes)
    if (!decoded.ok) return { answer: this.broken(`${decoded.fault.reason} at byte ${decoded.fault.offset}`) }
    const { message } = decoded
    const misfit = this.#misfit(bytes, message)
    if (misfit !== undefined) return { answer: misfit }
    this.#bytes += bytes.length
    const ends = this.#add(message.answers)
    const fault = this.#verifier.check(bytes, message, { last: ends === true })
    if (fault !== undefined) return { answer: fault }
    if (typeof ends === 'string') return { answer: this.broken(ends) }
    return ends ? { answer: this.#transfer() } : this.#overLimit()
  }

  broken(found: string): MochiError {
    return errors.DNS_TRANSFER_BROKEN({ ...this.#facts(), found, records: this.#records.length })
  }

  #misfit(bytes: Uint8Array, message: ReadMessage): MochiError | undefined {
    const { id, question } = this.#expected
    // Messages after the first may leave the question out (RFC 5936, 2.2.2).
    const questions = message.questions.length === 0 && !this.isEmpty ? [question] : message.questions
    if (!isAnswer({ ...message, questions }, { id, question })) return this.broken('an answer to something else')
    if (message.rcode === 'NOERROR') return undefined
    // With a signature the fault of the signature says more than the code.
    const fault = message.tsig === undefined ? undefined : this.#verifier.check(bytes, message, { last: true })
    return message.tsig !== undefined && message.tsig.error !== 0 && fault !== undefined
      ? fault
      : errors.DNS_TRANSFER_REFUSED({ ...this.#facts(), rcode: message.rcode, key: this.#asking.key?.name })
  }

  /** True when the zone ends with these; a text says what is wrong with them. */
  #add(answers: readonly AnyRecord[]): boolean | string {
    for (const [index, record] of answers.entries()) {
      if (record.empty === true || record.class !== 'IN') return 'a record of another class'
      if (!isWithin(record.name, this.#asking.zone)) return `a record of another zone, ${record.name}`
      const isSoa = record.type === 'SOA'
      if (isSoa !== (this.isEmpty || isSoa)) return 'a beginning that is no SOA'
      if (isSoa && !isSameName(record.name, this.#asking.zone)) return 'the SOA of another zone'
      if (isSoa && !this.isEmpty) return index === answers.length - 1 ? this.#closes(record) : 'records behind the end'
      this.#records.push(record)
    }
    return false
  }

  #closes(soa: RecordOf<'SOA'>): true | string {
    return soa.serial === this.#serial() ? true : 'another serial at the end than at the beginning'
  }

  #overLimit(): { answer: MochiError } | undefined {
    const { maxRecords, maxBytes } = this.#expected.limits
    if (this.#records.length > maxRecords) return { answer: this.broken(`more than ${maxRecords} records`) }
    return this.#bytes > maxBytes ? { answer: this.broken(`more than ${maxBytes} bytes`) } : undefined
  }

  #transfer(): Transfer | MochiError {
    const over = this.#overLimit()
    return over?.answer ?? { server: formatServer(this.#asking.server), serial: this.#serial(), records: this.#records }
  }

  #serial(): number {
    const [soa] = this.#records
    return soa?.type === 'SOA' ? soa.serial : Number.NaN
  }

  #facts() {
    return { server: formatServer(this.#asking.server), zone: this.#asking.zone }
  }
}
