import type { RandomInteger } from './capabilities.ts'
import { decodeMessage } from './decode-message.ts'
import { encodeMessage } from './encode-message.ts'
import type { Verdict } from './exchange.ts'
import { createMessage } from './message.ts'
import type { Message, Question, ReadMessage } from './message.ts'
import { isSameName } from './names.ts'

/** A question as it is sent, once: with an id of its own, and letters in upper and lower case by chance. */
export type Query = {
  readonly bytes: Buffer
  readonly judge: (bytes: Buffer) => Verdict<ReadMessage>
  /** By TCP there is no other answer to wait for. */
  readonly take: (bytes: Buffer) => { answer: ReadMessage | string }
}

/**
 * An answer counts when id, question and the case of its letters come back as they were sent (RFC 5452;
 * draft-vixie-dnsext-dns0x20). A server that loses the case alone is asked by TCP, where nobody can guess.
 */
export function createQuery(
  question: Question,
  { random, payloadSize }: { random: RandomInteger; payloadSize: number },
): Query {
  const asked = { ...question, name: mixCase(question.name, random) }
  const id = random(65_536)
  const edns = { payloadSize, version: 0, dnssecOk: false, options: [] }
  const bytes = encodeMessage(createMessage({ id, recursionDesired: true, questions: [asked], edns }))
  const judge = (datagram: Buffer): Verdict<ReadMessage> => {
    const result = decodeMessage(datagram)
    if (!result.ok) return 'other'
    const { message } = result
    if (!isAnswer(message, { id, question: asked })) return 'other'
    if (message.questions[0] !== undefined && message.questions[0].name !== asked.name) return 'use tcp'
    return message.truncated ? 'use tcp' : { answer: message }
  }
  const take = (bytes: Buffer): { answer: ReadMessage | string } => {
    const result = decodeMessage(bytes)
    if (!result.ok)
      return { answer: `an answer that cannot be read: ${result.fault.reason} at byte ${result.fault.offset}` }
    return {
      answer: isAnswer(result.message, { id, question: asked }) ? result.message : 'an answer to something else',
    }
  }
  return { bytes, judge, take }
}

/** Servers leave the question out of some refusals; such an answer has only its id, and is never more than a refusal. */
export function isAnswer(message: Message, { id, question }: { id: number; question: Question }): boolean {
  if (!message.response || message.id !== id || message.opcode === 'UPDATE') return false
  const [found, ...more] = message.questions
  if (found === undefined) return message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN'
  return (
    more.length === 0 &&
    found.type === question.type &&
    found.class === question.class &&
    isSameName(found.name, question.name)
  )
}

function mixCase(name: string, random: RandomInteger): string {
  return name.replace(/[a-z]/gi, (letter) => (random(2) === 0 ? letter.toLowerCase() : letter.toUpperCase()))
}
