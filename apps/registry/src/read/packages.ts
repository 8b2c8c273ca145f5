import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Target } from '../names/target.ts'
import { sendNotHeld, sendRefused } from './no-answers.ts'
import type { OnRefused } from './no-answers.ts'
import type { Packuments } from './packuments.ts'
import { wantedOf } from './wanted.ts'
import type { TarballAnswers } from './tarballs.ts'

export type PackagesOptions = {
  readonly packuments: Packuments
  readonly tarballs: TarballAnswers
  readonly onRefused: OnRefused
  /** The address by which a request came, and under which it is told of tarballs. */
  readonly baseOf: (request: IncomingMessage) => string
}

/** Answers what is asked of packages that are not the company's. */
export class Packages {
  readonly #options: PackagesOptions

  constructor(options: PackagesOptions) {
    this.#options = options
  }

  async answer(target: Target, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (target.kind === 'packument') return this.#packument(target.name, request, response)
    if (target.kind === 'tarball') return this.#options.tarballs.answer(target, request, response)
    return this.#manifest(target, request, response)
  }

  async #packument(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const made = await this.#options.packuments.make(wantedOf(name, request, this.#options.baseOf(request)))
    if ('is' in made) {
      sendNotHeld(response, name, made)
      return
    }
    this.#options.packuments.send(request, response, made)
  }

  async #manifest(
    { name, wanted }: Target & { kind: 'manifest' },
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const found = await this.#options.packuments.load(name)
    if ('is' in found) {
      sendNotHeld(response, name, found)
      return
    }
    const { loaded, awaySince } = found
    const { allowed } = loaded
    const manifest = allowed.versions[allowed['dist-tags'][wanted] ?? wanted]
    const base = this.#options.baseOf(request)
    const body = manifest && (await this.#options.packuments.manifest(loaded.document, manifest.version, base))
    if (body === undefined) {
      const version = loaded.packument['dist-tags'][wanted] ?? wanted
      this.#options.onRefused(sendRefused(response, loaded, { version, wanted }))
      return
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...this.#options.packuments.ageHeaders(awaySince),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}
