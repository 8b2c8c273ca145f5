import type { UpstreamAnswer } from '../uplink/ask-upstream.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { HeldAnswer, HeldAnswers } from './held-answers.ts'
import { parseSigningKeys } from './signatures.ts'
import type { SigningKey } from './signatures.ts'

const PATH = '/-/npm/v1/keys'

/** The keys with which upstream signs what it publishes: kept, so that signatures can be checked while it is away. */
export class SigningKeys {
  readonly #answers: Pick<HeldAnswers, 'ask'>
  readonly #fresh: number

  /** `fresh`: milliseconds for which upstream is not asked again. */
  constructor(answers: Pick<HeldAnswers, 'ask'>, fresh: number) {
    this.#answers = answers
    this.#fresh = fresh
  }

  read(): Promise<HeldAnswer> {
    return this.#answers.ask(PATH, { fresh: this.#fresh, freshRefusal: this.#fresh, check })
  }

  /** The keys themselves; none where upstream has none. Throws UplinkFault when it cannot be known. */
  async keys(): Promise<readonly SigningKey[]> {
    const answer = await this.read()
    if (answer.is === 'away') throw answer.fault
    return answer.is === 'held' ? parseSigningKeys(answer.text) : []
  }
}

function check(answer: UpstreamAnswer): UpstreamAnswer {
  if (answer.is !== 'answer') return answer
  const { value } = answer
  const isKeys = typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
  return isKeys ? answer : { is: 'away', fault: new UplinkFault('invalid', 'what upstream answered are no keys') }
}
