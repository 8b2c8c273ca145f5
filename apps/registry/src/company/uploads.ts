import type { IncomingMessage } from 'node:http'
import { refusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'

/** Bodies of the largest size that are in memory at one time. */
const AT_ONCE = 2

/** The memory that bodies of changes take together, from their first byte until the change is done. */
export class Uploads {
  readonly #limit: number
  #left: number

  /** `limit`: bytes of one body. */
  constructor(limit: number) {
    this.#limit = limit
    this.#left = AT_ONCE * limit
  }

  /** Runs `work` when there is room for the body of a request: as much as it says that it has, or may have when it says nothing. */
  async with(request: IncomingMessage, work: () => Promise<void>): Promise<Refusal | undefined> {
    const length = Number(request.headers['content-length'] ?? this.#limit)
    const bytes = Math.min(length, this.#limit)
    if (bytes > this.#left) {
      const busy = 'other publishes take all the memory that there is for them: try again in a moment'
      return refusal(503, 'REGISTRY_UPLOADS_FULL', busy)
    }
    this.#left -= bytes
    try {
      await work()
    } finally {
      this.#left += bytes
    }
    return undefined
  }
}
