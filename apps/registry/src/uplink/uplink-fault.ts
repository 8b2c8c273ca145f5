/**
 * Why upstream gave nothing that can be used. `away`: it does not answer, or says that it cannot just now. `refused`: what it
 * answered must not be believed, and is not stored.
 */
export type FaultKind = 'away' | 'refused'

/** `no-room` is of ours: what came could not be written. */
const KINDS = {
  none: 'away',
  'no-room': 'away',
  unreachable: 'away',
  slow: 'away',
  truncated: 'away',
  busy: 'away',
  'too-large': 'refused',
  redirect: 'refused',
  'not-json': 'refused',
  invalid: 'refused',
  'wrong-digest': 'refused',
  forged: 'refused',
  denied: 'refused',
  loop: 'refused',
} as const satisfies Readonly<Record<string, FaultKind>>

export type FaultReason = keyof typeof KINDS

export const FAULT_REASONS = Object.keys(KINDS) as readonly FaultReason[]

/** A fault of the uplink; `detail` is for people and holds no secret. */
export class UplinkFault extends Error {
  readonly reason: FaultReason

  constructor(reason: FaultReason, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'UplinkFault'
    this.reason = reason
  }

  get kind(): FaultKind {
    return KINDS[this.reason]
  }
}
