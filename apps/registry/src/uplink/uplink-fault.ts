/**
 * Why upstream gave nothing that can be used. `away`: it does not answer, or says that it cannot just now. `refused`: what it
 * answered must not be believed, and is not stored.
 */
export type FaultKind = 'away' | 'refused'

/** `no-room` is of ours: what came could not be written. */
export const FAULT_REASONS = [
  'none',
  'no-room',
  'unreachable',
  'slow',
  'truncated',
  'busy',
  'too-large',
  'redirect',
  'not-json',
  'invalid',
  'wrong-digest',
  'forged',
  'denied',
  'loop',
] as const

export type FaultReason = (typeof FAULT_REASONS)[number]

const REFUSED: ReadonlySet<FaultReason> = new Set([
  'too-large',
  'redirect',
  'not-json',
  'invalid',
  'wrong-digest',
  'forged',
  'denied',
  'loop',
])

/** A fault of the uplink; `detail` is for people and holds no secret. */
export class UplinkFault extends Error {
  readonly reason: FaultReason

  constructor(reason: FaultReason, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'UplinkFault'
    this.reason = reason
  }

  get kind(): FaultKind {
    return REFUSED.has(this.reason) ? 'refused' : 'away'
  }
}
