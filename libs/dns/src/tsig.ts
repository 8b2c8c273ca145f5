import { createHmac, timingSafeEqual } from 'node:crypto'
import { types } from './codes.ts'
import type { TsigRecord } from './message.ts'
import { canonicalName, isSameName } from './names.ts'
import { Writer } from './writer.ts'

/** A secret that a client and a server share (RFC 8945). HMAC-SHA-256 is the only algorithm here. */
export type TsigKey = { readonly name: string; readonly secret: Uint8Array }

/** Why a signature does not count, in the words of RFC 8945. */
export type TsigError = 'BADSIG' | 'BADKEY' | 'BADTIME' | 'BADTRUNC'

export const TSIG_ERRORS: Readonly<Record<TsigError, number>> = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 }

export type TsigVerdict =
  | { readonly ok: true }
  /** `skew`: by how many seconds the signer's clock is ahead of ours. */
  | { readonly ok: false; readonly error: TsigError; readonly skew?: number }

export const TSIG_ALGORITHM = 'hmac-sha256'
/** How far clocks may be apart, in seconds: what RFC 8945, 10 recommends. */
export const TSIG_FUDGE = 300

const MAC_LENGTH = 32

export type Signature = {
  readonly key: TsigKey
  /** Seconds since 1970. */
  readonly time: number
  /** The signature that this one follows: of the request in an answer, of the message before in a stream. */
  readonly priorMac?: Uint8Array
  /** What went before in the stream without a signature, whole messages. */
  readonly unsigned?: readonly Uint8Array[]
  /** True from the second signature of a stream on (RFC 8945, 5.3.1). */
  readonly following?: boolean
}

/** What a server adds to the signature of an answer: the error, and for BADTIME its own time. */
export type SignedError = { readonly error?: TsigError; readonly fudge?: number; readonly other?: Uint8Array }

/** The message with its signature at the end. */
export function signMessage(bytes: Uint8Array, signature: Signature & SignedError): { bytes: Buffer; mac: Buffer } {
  const { key, time, error, fudge = TSIG_FUDGE, other = Buffer.alloc(0) } = signature
  const message = Buffer.from(bytes)
  const fields = { time, fudge, error: error === undefined ? 0 : TSIG_ERRORS[error], other }
  const mac = digest(message, signature, fields)
  return { bytes: appendTsig(message, key.name, { ...fields, mac }), mac }
}

/** An answer to whom it cannot be signed for: the key is unknown, or the signature is not its (RFC 8945, 5.2). */
export function appendUnsignedTsig(bytes: Uint8Array, request: TsigRecord, error: TsigError): Buffer {
  const fields = { time: request.time, fudge: request.fudge, error: TSIG_ERRORS[error], other: Buffer.alloc(0) }
  return appendTsig(Buffer.from(bytes), request.keyName, { ...fields, mac: Buffer.alloc(0) })
}

/** How many bytes a signature adds at most. */
export function tsigLength(key: TsigKey): number {
  return (
    appendTsig(Buffer.alloc(12), key.name, { ...NOTHING, mac: Buffer.alloc(MAC_LENGTH), other: Buffer.alloc(6) })
      .length - 12
  )
}

/**
 * Whether the message that `tsig` was read from carries the signature of this key. The key is looked at first, then the
 * signature, then the time, so that only who has the key is told of clocks (RFC 8945, 5.2). Total.
 */
export function verifyMessage(bytes: Uint8Array, tsig: TsigRecord, signature: Signature): TsigVerdict {
  const { key, time } = signature
  if (!isSameName(tsig.keyName, key.name) || !isSameName(tsig.algorithm, TSIG_ALGORITHM))
    return { ok: false, error: 'BADKEY' }
  if (tsig.mac.length < MAC_LENGTH)
    return { ok: false, error: tsig.mac.length < MAC_LENGTH / 2 ? 'BADSIG' : 'BADTRUNC' }
  const message = Buffer.from(bytes.subarray(0, tsig.offset))
  message.writeUInt16BE(tsig.originalId, 0)
  message.writeUInt16BE(message.readUInt16BE(10) - 1, 10)
  const wanted = digest(message, signature, tsig)
  if (tsig.mac.length !== MAC_LENGTH || !timingSafeEqual(tsig.mac, wanted)) return { ok: false, error: 'BADSIG' }
  const skew = tsig.time - time
  return Math.abs(skew) <= Math.min(tsig.fudge, TSIG_FUDGE) ? { ok: true } : { ok: false, error: 'BADTIME', skew }
}

/** The server's time in the answer of a server that told BADTIME, in seconds since 1970. */
export function serverTime(tsig: TsigRecord): number | undefined {
  return tsig.other.length === 6 ? Buffer.from(tsig.other).readUIntBE(0, 6) : undefined
}

/** What stands in the answer's `other` to tell BADTIME. */
export function timeBytes(time: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(time, 0, 6)
  return bytes
}

type Fields = { time: number; fudge: number; error: number; other: Uint8Array }

const NOTHING: Fields = { time: 0, fudge: 0, error: 0, other: Buffer.alloc(0) }

/** RFC 8945, 4.3. */
function digest(
  message: Uint8Array,
  { key, priorMac, unsigned = [], following = false }: Signature,
  fields: Fields,
): Buffer {
  const writer = new Writer()
  if (priorMac !== undefined) writer.counted(() => writer.put(priorMac))
  for (const before of unsigned) writer.put(before)
  writer.put(message)
  if (!following) {
    writer.put(canonicalName(key.name))
    writer.put(Buffer.of(0, 255, 0, 0, 0, 0)) // class ANY, time to live 0
    writer.put(canonicalName(TSIG_ALGORITHM))
  }
  writer.uint48(fields.time)
  writer.uint16(fields.fudge)
  if (!following) {
    writer.uint16(fields.error)
    writer.counted(() => writer.put(fields.other))
  }
  return createHmac('sha256', key.secret).update(writer.finish()).digest()
}

function appendTsig(message: Buffer, keyName: string, { mac, ...fields }: Fields & { mac: Uint8Array }): Buffer {
  const writer = new Writer()
  writer.put(canonicalName(keyName))
  writer.uint16(types.numberOf('TSIG'))
  writer.put(Buffer.of(0, 255, 0, 0, 0, 0)) // class ANY, time to live 0
  writer.counted(() => {
    writer.put(canonicalName(TSIG_ALGORITHM))
    writer.uint48(fields.time)
    writer.uint16(fields.fudge)
    writer.counted(() => writer.put(mac))
    writer.put(message.subarray(0, 2))
    writer.uint16(fields.error)
    writer.counted(() => writer.put(fields.other))
  })
  const signed = Buffer.concat([message, writer.finish()])
  signed.writeUInt16BE(signed.readUInt16BE(10) + 1, 10)
  return signed
}
