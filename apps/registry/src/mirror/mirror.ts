import { errors } from '../errors.ts'
import type { Manifest } from '../packument/packument.ts'
import { Shared } from '../shared.ts'
import type { Body, Uplink } from '../uplink/uplink.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { Document, Documents, Form, Known } from './documents.ts'
import { integrityOf } from './integrity.ts'
import { NeedsWriter } from './needs-writer.ts'
import { Renewals } from './renewals.ts'
import type { RenewalsOptions } from './renewals.ts'
import type { Tarball, Tarballs } from './tarballs.ts'

export { NeedsWriter } from './needs-writer.ts'

export type MirrorOptions = {
  readonly documents: Documents
  readonly tarballs: Tarballs
  /** None: what is held is all there is. */
  readonly uplink: Uplink | undefined
  /** Milliseconds for which a packument is not asked for again. */
  readonly fresh: number
  /** Milliseconds that somebody waits for news of what is held. */
  readonly patience?: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly onFault: (fault: UplinkFault, what: string) => void
  /** Remembers what somebody should know about upstream. */
  readonly onFound: RenewalsOptions['onFound']
  /** False where another process writes. */
  readonly mayWrite: () => boolean
  /** Throws UplinkFault for a version that upstream has not signed as it should. */
  readonly checkSigned: (version: VersionOf) => Promise<void>
}

export type Answer<Wanted extends Form = Form> =
  /** `isAway`: upstream could not be asked just now, and this is what it last said. */
  | { readonly is: 'held'; readonly document: Document<Wanted>; readonly isAway: boolean }
  /** Upstream says that there is no such package. */
  | { readonly is: 'absent' }
  /** Not held, and upstream gave nothing that can be used. */
  | { readonly is: 'away'; readonly fault: UplinkFault }

/** What asking upstream has brought: `held`, it can be read now. `fault`: upstream gave nothing that can be used, and it is as it was. */
export type News = Exclude<Answer, { is: 'held' }> | { readonly is: 'held'; readonly fault?: UplinkFault }

/** A version, and when it was published as its packument says. */
export type VersionOf = { readonly manifest: Manifest; readonly published: string | undefined }

export type WantedTarball = VersionOf & {
  readonly isDamaged?: boolean
  /** Counts bytes as they come. */
  readonly onBytes?: (count: number) => void
  /** Ends it. */
  readonly signal?: AbortSignal
}

/** So that nobody waits for news of what is held until upstream's deadline. Milliseconds. */
const PATIENCE = 3_000

/** Milliseconds in which upstream is not asked again, once it was away, for news of what is held. */
export const REST = 10_000

/** What upstream has, as far as it is held or can be fetched. */
export class Mirror {
  readonly #options: MirrorOptions
  readonly #asking = new Shared<News>()
  readonly #fetching = new Shared<Tarball>()
  readonly #renewals: Renewals
  #awayUntil = 0

  constructor(options: MirrorOptions) {
    this.#options = options
    this.#renewals = new Renewals(options)
  }

  /** True when a packument may be given without asking upstream. */
  isFresh({ checked }: { checked: number }): boolean {
    const { now, fresh } = this.#options
    return now() - checked < fresh
  }

  /** Forms of the packument of a package: one upstream request for all who ask at the same time. */
  async document<Wanted extends Form>(name: string, forms: readonly Wanted[]): Promise<Answer<Wanted>> {
    const { documents, now, patience = PATIENCE } = this.#options
    const held = await documents.read(name, forms)
    if (held === undefined) return this.#read(name, forms, await this.#ask(name, undefined))
    if (this.isFresh(held.known)) return { is: 'held', document: held, isAway: false }
    const asItWas: Answer<Wanted> = { is: 'held', document: held, isAway: true }
    if (now() < this.#awayUntil) return asItWas
    const asked = this.#ask(name, held.known).then((news) => this.#read(name, forms, news))
    return within(patience, asked, asItWas)
  }

  /**
   * The tarball of a version, fetched when it is not held, or when `isDamaged` says that what is held cannot be used. Throws
   * UplinkFault.
   */
  async tarball({ manifest, published, isDamaged = false, onBytes, signal }: WantedTarball): Promise<Tarball> {
    const { name, version, dist } = manifest
    const integrity = integrityOf(dist)
    const what = `${name}@${version}`
    if (integrity === undefined)
      throw new UplinkFault('wrong-digest', `no digest of ${what} was published that is strong enough`)
    const held = isDamaged ? undefined : await this.#options.tarballs.find(integrity)
    if (held !== undefined) return held
    return this.#fetching.run(integrity.digest, async () => {
      try {
        const { uplink, mayWrite, checkSigned } = this.#options
        if (!mayWrite()) throw new NeedsWriter()
        if (uplink === undefined) throw new UplinkFault('none', 'no uplink is configured')
        await checkSigned({ manifest, published })
        const bytes = await uplink.tarball({ name, version, url: dist.tarball }, signal)
        const seen = onBytes === undefined ? bytes : watch(bytes, onBytes)
        return await this.#options.tarballs.store(seen, { what, integrity })
      } catch (error) {
        throw signal?.aborted === true ? error : this.#note(error, what)
      }
    })
  }

  /** Asks upstream for news of a package, however lately it was asked. */
  async renew(name: string): Promise<News> {
    const held = await this.#options.documents.read(name, [])
    return this.#ask(name, held?.known)
  }

  async #read<Wanted extends Form>(name: string, forms: readonly Wanted[], news: News): Promise<Answer<Wanted>> {
    if (news.is !== 'held') return news
    const document = await this.#options.documents.read(name, forms)
    if (document === undefined) throw errors.REGISTRY_STORE_DAMAGED({ name })
    return { is: 'held', document, isAway: news.fault !== undefined }
  }

  #ask(name: string, known: Known | undefined): Promise<News> {
    return this.#asking.run(name, async () => {
      try {
        return { is: (await this.#renewals.renew(name, known)) ? 'held' : 'absent' }
      } catch (error) {
        const fault = this.#note(error, name)
        return known === undefined ? { is: 'away', fault } : { is: 'held', fault }
      }
    })
  }

  /** What went wrong, as a fault of the uplink where it is one; anything else is thrown on. */
  #note(error: unknown, what: string): UplinkFault {
    const fault = asFault(error)
    if (fault === undefined) throw error
    if (fault.kind === 'away' && fault.reason !== 'no-room') this.#awayUntil = this.#options.now() + REST
    this.#options.onFault(fault, what)
    return fault
  }
}

function watch(body: Body, onBytes: (count: number) => void): Body {
  const seen = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      onBytes(chunk.length)
      yield chunk
    }
  }
  return Object.assign(seen(), { size: body.size })
}

function asFault(error: unknown): UplinkFault | undefined {
  if (error instanceof UplinkFault) return error
  const { code, message } = error as { code?: string; message: string }
  if (code === 'REGISTRY_DIGEST_WRONG') return new UplinkFault('wrong-digest', message, { cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UplinkFault('no-room', 'the disk is full', { cause: error })
  if (code === 'REGISTRY_PACKUMENT_INVALID') return new UplinkFault('invalid', message, { cause: error })
  return undefined
}

/** What comes in time, otherwise what there is; the work goes on. */
async function within<Value>(ms: number, work: Promise<Value>, otherwise: Value): Promise<Value> {
  const waiting = new AbortController()
  const deadline = new Promise<Value>((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), ms)
    waiting.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    waiting.abort()
  }
}
