import type { IncomingMessage, ServerResponse } from 'node:http'
import { DamagedFile } from '@mochi/files'
import type { Mirror } from '../mirror/mirror.ts'
import type { Tarball } from '../mirror/tarballs.ts'
import type { Target } from '../names/target.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { HotTarballs } from './hot-tarballs.ts'
import { sendNotHeld, sendRefused } from './no-answers.ts'
import type { OnRefused } from './no-answers.ts'
import type { Packuments } from './packuments.ts'
import type { SendTarball } from './send-tarball.ts'

export type TarballTarget = Target & { readonly kind: 'tarball' }

export type TarballAnswersOptions = {
  readonly mirror: Mirror
  readonly packuments: Packuments
  readonly hot: HotTarballs
  readonly send: SendTarball
  readonly onRefused: OnRefused
}

/** Answers who asks for tarballs. */
export class TarballAnswers {
  readonly #options: TarballAnswersOptions

  constructor(options: TarballAnswersOptions) {
    this.#options = options
  }

  /** Sends a tarball that is known to be allowed and held, at once; undefined for any other. Rejects when it cannot be used. */
  sendHeld(
    { name, version }: TarballTarget,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> | undefined {
    const { hot, send } = this.#options
    const tarball = hot.find(name, version)
    if (tarball === undefined) return undefined
    return send(request, response, tarball).catch((error: unknown) => {
      hot.drop(name, version)
      throw error
    })
  }

  async answer({ name, version }: TarballTarget, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = await this.#options.packuments.load(name)
    if ('is' in found) {
      sendNotHeld(response, name, found)
      return
    }
    const { loaded } = found
    const manifest = loaded.allowed.versions[version]
    if (manifest === undefined) {
      this.#options.onRefused(sendRefused(response, loaded, { version, wanted: version }))
      return
    }
    const published = loaded.packument.time?.[version]
    const send = async (isDamaged: boolean): Promise<Tarball> => {
      const tarball = await this.#options.mirror.tarball({ manifest, published, isDamaged })
      await this.#options.send(request, response, tarball)
      return tarball
    }
    try {
      const tarball = await send(false).catch((error: unknown) => {
        if (!isDamage(error)) throw error
        return send(true)
      })
      this.#options.hot.set(name, version, { tarball, stamp: loaded.document.stamp, until: loaded.until })
    } catch (error) {
      if (!(error instanceof UplinkFault)) throw error
      sendNotHeld(response, `${name}@${version}`, { is: 'away', fault: error })
    }
  }
}

/** What was written is gone, is a link, or has other bytes. */
function isDamage(error: unknown): boolean {
  return error instanceof DamagedFile || ['ENOENT', 'ELOOP'].includes((error as { code?: string }).code ?? '')
}
