import type { Difference } from './account.ts'
import type { Bytes } from './bytes.ts'
import type { Hit } from './upstream.ts'

export type ComparisonOptions = {
  /** 1 in so many shared hits of these targets is built again; 0: none. */
  readonly oneIn: number
  readonly targets: readonly string[]
  readonly random: () => number
  /** The digest of an archive's outputs. */
  readonly inspect: (archive: Bytes) => Promise<string>
}

type Chosen = Pick<Difference, 'task' | 'stored'>

/** Has some hits built again, and compares. Of a hit it keeps who wrote what, and not the archive. */
export class Comparison {
  readonly #options: ComparisonOptions
  readonly #chosen = new Map<string, Chosen>()
  readonly #differences: Difference[] = []
  #compared = 0

  constructor(options: ComparisonOptions) {
    this.#options = options
  }

  get outcome(): { readonly compared: number; readonly differences: readonly Difference[] } {
    return { compared: this.#compared, differences: this.#differences }
  }

  /** Whether this hit is to be a miss, so that it is built again. */
  choose(hash: string, { contents, task, writer, written }: Hit): boolean {
    const { oneIn, targets, random } = this.#options
    if (oneIn === 0 || contents === undefined || task === undefined) return false
    if (!targets.includes(task.split(':')[1] ?? '') || random() >= 1 / oneIn) return false
    this.#chosen.set(hash, { task, stored: { contents, writer, written } })
    return true
  }

  isChosen(hash: string): boolean {
    return this.#chosen.has(hash)
  }

  /** The status for Nx. What is there stays: entries are written once. */
  async compare(hash: string, archive: Bytes): Promise<403 | 409> {
    const chosen = this.#chosen.get(hash)
    if (chosen === undefined) return 403
    this.#chosen.delete(hash)
    try {
      const contents = await this.#options.inspect(archive)
      this.#compared++
      if (contents !== chosen.stored.contents) this.#differences.push({ ...chosen, hash, built: { contents } })
      return 409
    } catch {
      return 403
    }
  }
}
