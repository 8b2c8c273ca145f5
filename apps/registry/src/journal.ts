import type { Refusal } from './policy/refusal.ts'
import type { Rule } from './policy/judge.ts'
import type { FaultReason, UplinkFault } from './uplink/uplink-fault.ts'

/** A version that was asked for and refused, however often. Times are milliseconds since 1970. */
export type RefusedVersion = Pick<Refusal, 'package' | 'version' | 'rule' | 'reason' | 'allowedFrom' | 'nearest'> & {
  readonly times: number
  readonly last: number
}

export type NotedFault = {
  readonly reason: FaultReason
  readonly what: string
  readonly detail: string
  readonly at: number
}

const DAY = 86_400_000
/** Versions at most: what is refused for the longest is forgotten first. */
const MOST = 500

/** What this process has met since its start: for its page and its figures. */
export class Journal {
  readonly started: number
  readonly #now: () => number
  readonly #refused = new Map<string, RefusedVersion>()
  readonly #rules = new Map<Rule, number>()
  readonly #faults = new Map<FaultReason, number>()
  #answered: number | undefined
  #fault: NotedFault | undefined

  constructor(now: () => number) {
    this.#now = now
    this.started = now()
  }

  refused(refusal: Refusal | undefined): void {
    if (refusal === undefined) return
    const { package: name, version, rule, reason, allowedFrom, nearest } = refusal
    const id = `${name}@${version}`
    const times = (this.#refused.get(id)?.times ?? 0) + 1
    const facts = {
      package: name,
      version,
      rule,
      reason,
      ...(allowedFrom && { allowedFrom }),
      ...(nearest && { nearest }),
    }
    // At the end of the order, so that the first is the one to forget.
    this.#refused.delete(id)
    this.#refused.set(id, { ...facts, times, last: this.#now() })
    this.#rules.set(rule, this.refusalsBy(rule) + 1)
    const [oldest = ''] = this.#refused.keys()
    if (this.#refused.size > MOST) this.#refused.delete(oldest)
  }

  answered(): void {
    this.#answered = this.#now()
  }

  fault({ reason, message }: UplinkFault, what: string): void {
    this.#faults.set(reason, this.faultsBy(reason) + 1)
    this.#fault = { reason, what, detail: message, at: this.#now() }
  }

  /** Of the last day, the latest first. */
  latestRefusals(): RefusedVersion[] {
    const since = this.#now() - DAY
    return [...this.#refused.values()].filter(({ last }) => last > since).toReversed()
  }

  refusalsBy(rule: Rule): number {
    return this.#rules.get(rule) ?? 0
  }

  faultsBy(reason: FaultReason): number {
    return this.#faults.get(reason) ?? 0
  }

  /** When upstream last gave an answer, and what last went wrong. */
  get uplink(): { readonly answered: number | undefined; readonly fault: NotedFault | undefined } {
    return { answered: this.#answered, fault: this.#fault }
  }
}
