import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Documents } from '../mirror/documents.ts'
import type { Answer, Mirror } from '../mirror/mirror.ts'
import { renderAbbreviated, renderFull } from '../packument/render.ts'
import type { Policy } from '../policy/settings.ts'
import type { HotPackument, HotPackuments, Wanted } from './hot-packuments.ts'
import { load } from './loaded.ts'
import type { Loaded } from './loaded.ts'

const compress = promisify(gzip)

export type PackumentsOptions = {
  readonly mirror: Mirror
  readonly documents: Documents
  readonly hot: HotPackuments
  readonly policy: Policy
  /** Milliseconds for which a packument is not asked for again. */
  readonly fresh: number
  readonly now: () => number
}

export type Made = {
  readonly packument: HotPackument
  /** Seconds since upstream last confirmed it, when upstream is away. */
  readonly age: number | undefined
}

export type NotHeld = Exclude<Answer, { is: 'held' }>

/** Packuments as clients get them: from memory as long as nothing has changed, otherwise made anew. */
export class Packuments {
  readonly #options: PackumentsOptions
  readonly #making = new Map<string, Promise<Made | NotHeld>>()

  constructor(options: PackumentsOptions) {
    this.#options = options
  }

  /** What can be sent at once: nothing has changed since it was made, upstream was asked lately, and no verdict is due. */
  find(wanted: Wanted): HotPackument | undefined {
    const { hot, documents, now } = this.#options
    const found = hot.get(wanted)
    if (found === undefined || now() >= found.until) return undefined
    return documents.stamp(wanted.name) === found.stamp ? found : undefined
  }

  /** Makes it, once for all who want the same. */
  async make(wanted: Wanted): Promise<Made | NotHeld> {
    const key = `${wanted.name} ${wanted.form} ${wanted.encoding} ${wanted.base}`
    const running = this.#making.get(key)
    if (running !== undefined) return running
    const started = this.#make(wanted).finally(() => this.#making.delete(key))
    this.#making.set(key, started)
    return started
  }

  /** A packument under the policy. */
  async load(name: string): Promise<{ loaded: Loaded; age: number | undefined } | NotHeld> {
    const { mirror, policy, now } = this.#options
    const answer = await mirror.document(name)
    if (answer.is !== 'held') return answer
    const { document, isAway } = answer
    const age = isAway ? Math.max(0, Math.round((now() - document.known.checked) / 1000)) : undefined
    return { loaded: load(document, policy, now()), age }
  }

  async #make(wanted: Wanted): Promise<Made | NotHeld> {
    const found = await this.load(wanted.name)
    if ('is' in found) return found
    const { loaded, age } = found
    const { fresh, hot } = this.#options
    const { known, stamp } = loaded.document
    const text =
      wanted.form === 'full' ? renderFull(loaded.allowed, wanted.base) : renderAbbreviated(loaded.allowed, wanted.base)
    const etag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`
    const body = wanted.encoding === 'gzip' ? await compress(text) : Buffer.from(text)
    const packument = { body, etag, stamp, until: Math.min(loaded.until, known.checked + fresh) }
    hot.set(wanted, packument)
    return { packument, age }
  }
}
