import type { MochiError } from '@mochi/errors'
import type { Clock } from './capabilities.ts'
import { errors } from './errors.ts'
import type { ReadMessage } from './message.ts'
import { formatServer } from './servers.ts'
import type { Server } from './servers.ts'
import { serverTime, signMessage, TSIG_ERRORS, verifyMessage } from './tsig.ts'
import type { TsigKey } from './tsig.ts'

/** Who asks whom what, for errors. */
export type Asking = {
  readonly server: Server
  readonly zone: string
  readonly key: TsigKey | undefined
  readonly clock: Clock
}

/** The message as it is sent, signed where there is a key. */
export function signRequest(bytes: Uint8Array, { key, clock }: Asking): { bytes: Uint8Array; mac: Buffer | undefined } {
  return key === undefined ? { bytes, mac: undefined } : signMessage(bytes, { key, time: secondsNow(clock) })
}

/**
 * Looks through the signatures of an answer, which may be of several messages (RFC 8945, 5.3): the first and the last
 * carry one, and of 100 in a row one does.
 */
export class AnswerVerifier {
  readonly #asking: Asking
  #priorMac: Uint8Array | undefined
  #unsigned: Uint8Array[] = []
  #following = false

  constructor(asking: Asking, requestMac: Uint8Array | undefined) {
    this.#asking = asking
    this.#priorMac = requestMac
  }

  /** The fault of the next message, where it has one. `last`: it must carry a signature, as the first must. */
  check(bytes: Uint8Array, message: ReadMessage, { last }: { last: boolean }): MochiError | undefined {
    const { key, clock, server, zone } = this.#asking
    if (key === undefined) return undefined
    const { tsig } = message
    const facts = { server: formatServer(server), zone, key: key.name }
    if (tsig === undefined) {
      this.#unsigned.push(bytes)
      const mayMiss = this.#following && !last && this.#unsigned.length < 100
      return mayMiss ? undefined : errors.DNS_ANSWER_NOT_SIGNED({ ...facts, found: `none (${message.rcode})` })
    }
    if (tsig.mac.length === 0) return unsignedError(facts, tsig.error)
    const time = secondsNow(clock)
    const context = { key, time, unsigned: this.#unsigned, following: this.#following }
    const prior = this.#priorMac === undefined ? {} : { priorMac: this.#priorMac }
    const verdict = verifyMessage(bytes, tsig, { ...context, ...prior })
    if (!verdict.ok && verdict.error !== 'BADTIME')
      return errors.DNS_ANSWER_NOT_SIGNED({ ...facts, found: `one that is not of this key (${verdict.error})` })
    // The server's clock, by its own words or by the time of its signature.
    const theirs = tsig.error === TSIG_ERRORS.BADTIME ? (serverTime(tsig) ?? tsig.time) : tsig.time
    if (!verdict.ok || tsig.error === TSIG_ERRORS.BADTIME)
      return errors.DNS_CLOCK_SKEW({ ...facts, seconds: theirs - time })
    this.#priorMac = tsig.mac
    this.#unsigned = []
    this.#following = true
    return undefined
  }
}

/** BADKEY and BADSIG come without a signature: the server has none that it could make. */
function unsignedError(facts: { server: string; zone: string; key: string }, error: number): MochiError {
  if (error === TSIG_ERRORS.BADKEY) return errors.DNS_KEY_REFUSED(facts)
  if (error === TSIG_ERRORS.BADSIG || error === TSIG_ERRORS.BADTRUNC) return errors.DNS_KEY_WRONG(facts)
  return errors.DNS_ANSWER_NOT_SIGNED({ ...facts, found: `an empty one with the error ${error}` })
}

function secondsNow(clock: Clock): number {
  return Math.floor(clock.now() / 1000)
}
