import type { IncomingMessage, ServerResponse } from 'node:http'
import { DamagedFile } from '@mochi/files'
import type { Mirror, WantedTarball } from '../mirror/mirror.ts'
import type { Tarball } from '../mirror/tarballs.ts'
import type { Target } from '../names/target.ts'
import type { Dist } from '../packument/packument.ts'
import { renderManifest } from '../packument/render.ts'
import { refusalOf } from '../policy/refusal.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { Loaded } from './loaded.ts'
import type { Packuments } from './packuments.ts'
import { wantedOf } from './wanted.ts'
import { ageHeaders, sendPackument } from './send-packument.ts'
import type { SendTarball } from './send-tarball.ts'

export type PackagesOptions = {
  readonly mirror: Mirror
  readonly packuments: Packuments
  readonly sendTarball: SendTarball
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
    if (target.kind === 'tarball') return this.#tarball(target, request, response)
    return this.#manifest(target, request, response)
  }

  async #packument(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const made = await this.#options.packuments.make(wantedOf(name, request, this.#options.baseOf(request)))
    if ('is' in made) {
      sendNotHeld(response, name, made)
      return
    }
    sendPackument(request, response, made)
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
    const { loaded, age } = found
    const { allowed } = loaded
    const manifest = allowed.versions[allowed['dist-tags'][wanted] ?? wanted]
    if (manifest === undefined) {
      this.#refuse(response, loaded, wanted)
      return
    }
    const body = Buffer.from(renderManifest(manifest, this.#options.baseOf(request)))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, ...ageHeaders(age) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async #tarball(
    { name, version }: Target & { kind: 'tarball' },
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const found = await this.#options.packuments.load(name)
    if ('is' in found) {
      sendNotHeld(response, name, found)
      return
    }
    const { loaded } = found
    const manifest = loaded.allowed.versions[version]
    if (manifest === undefined) {
      this.#refuse(response, loaded, version)
      return
    }
    const { sendTarball } = this.#options
    const tarball = await this.#hold({ name, version }, manifest.dist, response)
    if (tarball === undefined) return
    try {
      await sendTarball(request, response, tarball)
    } catch (error) {
      if (!isDamage(error)) throw error
      const fetched = await this.#hold({ name, version, isDamaged: true }, manifest.dist, response)
      if (fetched !== undefined) await sendTarball(request, response, fetched)
    }
  }

  /** Undefined when it has said that there is none. */
  async #hold(wanted: WantedTarball, dist: Dist, response: ServerResponse): Promise<Tarball | undefined> {
    try {
      return await this.#options.mirror.tarball(wanted, dist)
    } catch (error) {
      if (!(error instanceof UplinkFault)) throw error
      sendNotHeld(response, `${wanted.name}@${wanted.version}`, { is: 'away', fault: error })
      return undefined
    }
  }

  /** A version that the policy refuses, or that there is not. */
  #refuse(response: ServerResponse, { packument, verdicts }: Loaded, wanted: string): void {
    const version = packument['dist-tags'][wanted] ?? wanted
    if (!verdicts.has(version)) {
      sendRefusal(response, refusal(404, 'REGISTRY_NO_VERSION', `${packument.name} has no version ${wanted}`))
      return
    }
    const refused = refusalOf(packument, version, verdicts)
    if (refused === undefined) throw new Error(`${packument.name}@${version} is allowed and yet not there`)
    const { code, error, ...members } = refused
    sendRefusal(response, { status: 403, code, error, members })
  }
}

type NotHeld = { readonly is: 'absent' } | { readonly is: 'away'; readonly fault: UplinkFault }

/** What was written is gone, is a link, or has other bytes. */
function isDamage(error: unknown): boolean {
  return error instanceof DamagedFile || ['ENOENT', 'ELOOP'].includes((error as { code?: string }).code ?? '')
}

/** Never "does not exist" of what only could not be asked for. */
function sendNotHeld(response: ServerResponse, what: string, answer: NotHeld): void {
  if (answer.is === 'absent') {
    sendRefusal(response, refusal(404, 'REGISTRY_NO_PACKAGE', `upstream says that there is no package ${what}`))
    return
  }
  const { message, reason } = answer.fault
  const error = `${what} is not mirrored here, and upstream gave nothing that can be used: ${message}`
  sendRefusal(response, { status: 503, code: 'REGISTRY_NOT_MIRRORED', error, members: { reason } })
}
