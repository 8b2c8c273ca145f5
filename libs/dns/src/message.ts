import type { Opcode, Rcode, RecordClass, RecordType } from './codes.ts'
import type { Edns } from './edns.ts'
import type { AnyRecord } from './records.ts'

/** The first twelve bytes of a message, without the counts. */
export type Header = {
  readonly id: number
  readonly response: boolean
  readonly opcode: Opcode
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly recursionDesired: boolean
  readonly recursionAvailable: boolean
  readonly authenticData: boolean
  readonly checkingDisabled: boolean
  /** With the eight bits that EDNS adds. */
  readonly rcode: Rcode
}

export type Question = { readonly name: string; readonly type: RecordType; readonly class: RecordClass }

/**
 * A message. In an UPDATE (RFC 2136) `questions` holds the zone, `answers` the prerequisites and `authorities` the
 * changes. `additionals` has neither OPT nor TSIG: those are `edns` and `tsig`.
 */
export type Message = Header & {
  readonly questions: readonly Question[]
  readonly answers: readonly AnyRecord[]
  readonly authorities: readonly AnyRecord[]
  readonly additionals: readonly AnyRecord[]
  readonly edns: Edns | undefined
}

/** A message that was read. */
export type ReadMessage = Message & { readonly tsig: TsigRecord | undefined }

/** The signature of a message, not verified yet (RFC 8945, 4.2). */
export type TsigRecord = {
  readonly keyName: string
  readonly algorithm: string
  /** Seconds since 1970. */
  readonly time: number
  /** How far the clocks may be apart, in seconds. */
  readonly fudge: number
  readonly mac: Uint8Array
  readonly originalId: number
  readonly error: number
  readonly other: Uint8Array
  /** Where in the message it begins: what stands before is signed. */
  readonly offset: number
}

/** Why bytes are no message. With the header, where that much could be read, so that a server can answer FORMERR. */
export type MessageFault = {
  readonly reason: string
  /** Where in the bytes. */
  readonly offset: number
  readonly header: Header | undefined
}

export type Decoded =
  { readonly ok: true; readonly message: ReadMessage } | { readonly ok: false; readonly fault: MessageFault }

/** A message with what most messages have: class IN is the caller's, no flag is set, nothing is in it. */
export function createMessage(parts: Partial<Message>): Message {
  return {
    id: 0,
    response: false,
    opcode: 'QUERY',
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 'NOERROR',
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    edns: undefined,
    ...parts,
  }
}
