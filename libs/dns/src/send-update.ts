import type { MochiError } from '@mochi/errors'
import type { Attempt } from './ask-servers.ts'
import type { Clock, RandomInteger } from './capabilities.ts'
import type { Rcode } from './codes.ts'
import { decodeMessage } from './decode-message.ts'
import { leaseOf, leaseOption } from './edns.ts'
import type { Lease } from './edns.ts'
import { encodeMessage } from './encode-message.ts'
import { errors } from './errors.ts'
import { exchangeTcp } from './exchange.ts'
import type { Failure } from './exchange.ts'
import { createMessage } from './message.ts'
import type { ReadMessage } from './message.ts'
import { formatServer } from './servers.ts'
import type { Server } from './servers.ts'
import { AnswerVerifier, signRequest } from './signed-exchange.ts'
import type { Asking } from './signed-exchange.ts'
import type { TsigKey } from './tsig.ts'
import { updateSections } from './update.ts'
import type { Update } from './update.ts'

/**
 * An update, signed where there is a key. Rejects with
 * - `DNS_UPDATE_REFUSED`: the server may not, or will not; nothing is changed
 * - `DNS_KEY_REFUSED`, `DNS_KEY_WRONG`, `DNS_CLOCK_SKEW`: the signature does not count; nothing is changed
 * - `DNS_NO_ANSWER`: no server was reached; nothing is changed
 * - `DNS_OUTCOME_UNKNOWN`, `DNS_ANSWER_NOT_SIGNED`: it was sent, and whether it was made nobody can say
 * - `DNS_NAME_INVALID`, `DNS_RECORD_INVALID`
 */
export type UpdateOptions = Update & {
  readonly key?: TsigKey
  /** In seconds: what is added goes after this time unless it is renewed, where the server knows leases (RFC 9664). */
  readonly lease?: number
  readonly deadlineMs?: number
}

/** What became of an update. `unmet`: a prerequisite did not hold; nothing is changed. */
export type Updated =
  | {
      readonly applied: true
      readonly server: string
      /** What the server granted. */ readonly lease: Lease | undefined
    }
  | { readonly applied: false; readonly server: string; readonly unmet: Unmet }

export type Unmet = (typeof UNMET)[number]

const UNMET = ['YXDOMAIN', 'YXRRSET', 'NXDOMAIN', 'NXRRSET'] as const satisfies readonly Rcode[]

type Context = {
  readonly servers: readonly Server[]
  readonly clock: Clock
  readonly random: RandomInteger
  readonly payloadSize: number
  readonly signal: AbortSignal
}

/**
 * By TCP always: a datagram that is sent again could be made twice, and its prerequisites would then not hold. The next
 * server is asked only when nothing can have been changed.
 */
export async function sendUpdate(options: UpdateOptions, context: Context): Promise<Updated> {
  const begin = context.clock.monotonic()
  const attempts: Attempt[] = []
  let refused: MochiError | undefined
  for (const server of context.servers) {
    const sent = await sendTo({ server, zone: options.zone, key: options.key, clock: context.clock }, options, context)
    if ('applied' in sent) return sent
    if ('failed' in sent) attempts.push({ server: formatServer(server), failed: sent.failed })
    else refused ??= sent.refused
  }
  throw (
    refused ??
    errors.DNS_NO_ANSWER({
      question: { name: options.zone, type: 'SOA', update: true },
      servers: context.servers.map(formatServer),
      attempts,
      ms: Math.round(context.clock.monotonic() - begin),
    })
  )
}

/** Throws what no other server should be asked after. */
async function sendTo(
  asking: Asking,
  options: UpdateOptions,
  context: Context,
): Promise<Updated | Failure | { refused: MochiError }> {
  const id = context.random(65_536)
  const plain = encodeUpdate(id, options, context.payloadSize)
  const { bytes, mac } = signRequest(plain, asking)
  const { server } = asking
  const result = await exchangeTcp(bytes, { server, signal: context.signal, take: (answer) => ({ answer }) })
  const facts = { server: formatServer(server), zone: options.zone }
  if ('failed' in result) {
    if (result.sent) throw errors.DNS_OUTCOME_UNKNOWN({ ...facts, found: result.failed })
    return result
  }
  const decoded = decodeMessage(result.answer)
  if (!decoded.ok || !isUpdateAnswer(decoded.message, id))
    throw errors.DNS_OUTCOME_UNKNOWN({
      ...facts,
      found: decoded.ok ? 'an answer to something else' : decoded.fault.reason,
    })
  return outcome(
    decoded.message,
    asking,
    new AnswerVerifier(asking, mac).check(result.answer, decoded.message, { last: true }),
  )
}

function outcome(
  message: ReadMessage,
  asking: Asking,
  fault: MochiError | undefined,
): Updated | { refused: MochiError } {
  const { rcode } = message
  const server = formatServer(asking.server)
  // A refusal may come unsigned, as Knot's does: believing it changes nothing.
  const unsigned = message.tsig === undefined && asking.key !== undefined
  const isUnmet = (UNMET as readonly string[]).includes(rcode)
  const refusal = () => ({
    refused: errors.DNS_UPDATE_REFUSED({ server, zone: asking.zone, rcode, key: asking.key?.name }),
  })
  if (unsigned && rcode !== 'NOERROR' && !isUnmet) return refusal()
  if (fault !== undefined) throw fault
  if (rcode === 'NOERROR') {
    const lease = leaseOf(message.edns)
    return { applied: true, server, lease: lease === 'malformed' ? undefined : lease }
  }
  return isUnmet ? { applied: false, server, unmet: rcode as Unmet } : refusal()
}

function encodeUpdate(id: number, options: UpdateOptions, payloadSize: number): Buffer {
  const granted = options.lease === undefined ? [] : [leaseOption({ lease: options.lease })]
  const edns = { payloadSize, version: 0, dnssecOk: false, options: granted }
  const bytes = encodeMessage(createMessage({ id, opcode: 'UPDATE', ...updateSections(options), edns }))
  const decoded = decodeMessage(bytes)
  if (!decoded.ok || decoded.message.truncated)
    throw errors.DNS_RECORD_INVALID({
      name: options.zone,
      type: 'UPDATE',
      expected: 'an update of 64 KB at most',
      found: 'a longer one',
    })
  return bytes
}

function isUpdateAnswer(message: ReadMessage, id: number): boolean {
  return message.response && message.id === id && message.opcode === 'UPDATE'
}
