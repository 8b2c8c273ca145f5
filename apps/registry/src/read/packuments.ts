import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import pLimit from 'p-limit'
import type { Document, Documents, Form, Known } from '../mirror/documents.ts'
import { REST } from '../mirror/mirror.ts'
import type { Answer, Mirror } from '../mirror/mirror.ts'
import { assemble, assembleManifest } from '../packument/lines.ts'
import type { LinesForm } from '../packument/lines.ts'
import type { Policy } from '../policy/settings.ts'
import { packForClients } from '../compression.ts'
import { Shared } from '../shared.ts'
import { keyOf } from './hot-packuments.ts'
import type { HotPackument, HotPackuments, Wanted } from './hot-packuments.ts'
import { load } from './loaded.ts'
import type { Loaded } from './loaded.ts'
import { ageHeaders, sendPackument } from './send-packument.ts'

export type PackumentsOptions = {
  readonly mirror: Pick<Mirror, 'document'>
  readonly documents: Pick<Documents, 'read' | 'stamp'>
  readonly hot: HotPackuments
  readonly policy: Policy
  /** Milliseconds for which a packument is not asked for again. */
  readonly fresh: number
  readonly now: () => number
}

type Held<Wanted extends Form> = Extract<Answer<Wanted>, { is: 'held' }>
export type NotHeld = Exclude<Answer, { is: 'held' }>

/** A packument under the policy, and when upstream last confirmed it where upstream is away. */
export type LoadedNow = { readonly loaded: Loaded; readonly awaySince: number | undefined }

/** Packuments that are unpacked at once for a single version of each: one can be a hundred megabytes in memory. */
const WHOLE_AT_ONCE = 2

/** Packuments as clients get them: from memory as long as nothing has changed, otherwise made anew. */
export class Packuments {
  readonly #options: PackumentsOptions
  readonly #making = new Shared<HotPackument | NotHeld>()
  readonly #loading = new Shared<LoadedNow | NotHeld>()
  readonly #finding = new Shared<Buffer | undefined>()
  readonly #whole = pLimit(WHOLE_AT_ONCE)

  constructor(options: PackumentsOptions) {
    this.#options = options
  }

  /** What can be sent at once: nothing has changed since it was made, upstream need not be asked, and no verdict is due. */
  find(wanted: Wanted): HotPackument | undefined {
    const { hot, documents, now } = this.#options
    const found = hot.get(wanted)
    if (found === undefined || now() >= found.until) return undefined
    return documents.stamp(wanted.name) === found.stamp ? found : undefined
  }

  /** Makes it, once for all who want the same. */
  make(wanted: Wanted): Promise<HotPackument | NotHeld> {
    return this.#making.run(keyOf(wanted), async () => {
      const answer = await this.#options.mirror.document(wanted.name, ['brief', wanted.form])
      if (answer.is !== 'held') return answer
      const made = this.#again(wanted, answer) ?? (await this.#render(wanted, answer))
      this.#options.hot.set(wanted, made)
      return made
    })
  }

  send(request: IncomingMessage, response: ServerResponse, packument: HotPackument): void {
    sendPackument(request, response, { packument, age: this.ageHeaders(packument.awaySince) })
  }

  /** For an answer that upstream could not be asked about. */
  ageHeaders(awaySince: number | undefined): Record<string, string> {
    return ageHeaders(awaySince, this.#options.now())
  }

  /** What of a packument the policy allows, and why. */
  load(name: string): Promise<LoadedNow | NotHeld> {
    return this.#loading.run(name, async () => {
      const answer = await this.#options.mirror.document(name, ['brief'])
      if (answer.is !== 'held') return answer
      return { loaded: this.#load(answer.document), awaySince: awaySince(answer) }
    })
  }

  /** One version of a packument as clients get it; undefined when it is not held any more. */
  async manifest({ known }: Loaded['document'], version: string, base: string): Promise<Buffer | undefined> {
    const { hot } = this.#options
    const key = manifestKey(known, version, base)
    return hot.manifests.get(key) ?? this.#finding.run(key, () => this.#whole(() => this.#find(known, version, base)))
  }

  async #find({ name }: Known, version: string, base: string): Promise<Buffer | undefined> {
    const { documents, hot } = this.#options
    const document = await documents.read(name, ['full'])
    const found = document && assembleManifest(document.forms.full, version, base)
    if (document !== undefined && found !== undefined)
      hot.manifests.set(manifestKey(document.known, version, base), found)
    return found
  }

  #load(document: Document<'brief'>): Loaded {
    const { policy, now } = this.#options
    return load(document, policy, now())
  }

  /** The bytes that were sent before, where upstream has confirmed what they were made of and no verdict is due. */
  #again(wanted: Wanted, answer: Held<'brief'>): HotPackument | undefined {
    const found = this.#options.hot.get(wanted)
    const { known, stamp } = answer.document
    if (found?.digest !== digestOf(known, wanted.form) || this.#options.now() >= found.due) return undefined
    return { ...found, stamp, until: this.#until(answer, found.due), awaySince: awaySince(answer) }
  }

  async #render(wanted: Wanted, answer: Held<'brief' | LinesForm>): Promise<HotPackument> {
    const { form, base, encoding } = wanted
    const { known, stamp, forms } = answer.document
    const { allowed, until: due } = this.#load(answer.document)
    const text = assemble(forms[form], { allowed, form, base })
    const etag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`
    const body = encoding === 'gzip' ? await packForClients(text) : text
    const until = this.#until(answer, due)
    return { body, etag, stamp, digest: digestOf(known, form), due, until, awaySince: awaySince(answer) }
  }

  /** When it has to be made anew, or upstream asked again. */
  #until({ document, isAway }: Held<'brief'>, due: number): number {
    const { fresh, now } = this.#options
    return Math.min(due, isAway ? now() + REST : document.known.checked + fresh)
  }
}

function awaySince({ document, isAway }: Held<'brief'>): number | undefined {
  return isAway ? document.known.checked : undefined
}

/** What a packument of a form is made of, beside the policy: tags and times stand in the brief form. */
function digestOf({ digests }: Known, form: Form): string {
  return `${digests.brief} ${digests[form]}`
}

/** By what it is made of, and thus true for ever. */
function manifestKey({ digests }: Known, version: string, base: string): string {
  return `${digests.full} ${version} ${base}`
}
