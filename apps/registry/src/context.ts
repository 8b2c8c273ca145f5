import type { IncomingMessage } from 'node:http'
import { HotFiles } from '@mochi/files'
import type { ServiceApp } from '@mochi/service'
import type { Config } from './config.ts'
import { Documents } from './mirror/documents.ts'
import { Drafts } from './mirror/drafts.ts'
import { openMirrorFolder } from './mirror/folder.ts'
import { Mirror } from './mirror/mirror.ts'
import { Tarballs } from './mirror/tarballs.ts'
import { parsePolicy } from './policy/settings.ts'
import { HotPackuments } from './read/hot-packuments.ts'
import { Packages } from './read/packages.ts'
import { Packuments } from './read/packuments.ts'
import { createSendTarball } from './read/send-tarball.ts'
import { createAnswer } from './read/answer.ts'
import type { Answering } from './read/answer.ts'
import { connectUplink } from './uplink/connect.ts'
import { Writer } from './writer/writer.ts'

export type RegistryParts = {
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** All that the registry is made of. */
export type Registry = {
  /** Answers what is asked of packages, here or in the process that writes. */
  readonly answer: Answering
  readonly packuments: Packuments
  readonly baseOf: (request: IncomingMessage) => string
  /** Gives the writing to another process. */
  release(): Promise<void>
  close(): Promise<void>
}

const MEGABYTE = 2 ** 20

export function createRegistry(config: Config, { log }: ServiceApp, parts: RegistryParts = {}): Registry {
  const { now = Date.now } = parts
  const policy = parsePolicy(config, now())
  const folder = openMirrorFolder(config.data)
  const drafts = new Drafts(folder.drafts)
  const documents = new Documents(folder, drafts)
  const tarballs = new Tarballs(folder, drafts)
  const own = ['127.0.0.1', 'localhost', '[::1]', config.host, ...config.hosts].map((host) => `${host}:${config.port}`)
  const uplink =
    config.uplink === undefined
      ? undefined
      : connectUplink({ address: config.uplink, redirects: config.redirects, own })
  const fresh = config.fresh * 1000
  const mirror = new Mirror({
    documents,
    tarballs,
    uplink,
    fresh,
    now,
    mayWrite: () => writer.isWriter,
    onFault: (fault, what) => log.warn({ what, reason: fault.reason, detail: fault.message }, 'the uplink failed'),
  })
  const bytes = config.memory * MEGABYTE
  const packuments = new Packuments({ mirror, documents, hot: new HotPackuments(bytes), policy, fresh, now })
  const sendTarball = createSendTarball(new HotFiles({ all: bytes, one: bytes / 16 }))
  const scheme = config.tls === undefined ? 'http' : 'https'
  const baseOf = ({ headers: { host } }: IncomingMessage): string =>
    `${scheme}://${host ?? `${config.host}:${config.port}`}`
  const packages = new Packages({ mirror, packuments, sendTarball, baseOf })
  const answer = createAnswer({ packages, log, writer: () => writer })
  const writer = new Writer({
    data: config.data,
    onWriter: async () => {
      await drafts.sweep()
    },
    answer: (request, response) => void answer(request, response),
  })
  return {
    answer,
    packuments,
    baseOf,
    release: () => writer.release(),
    close: async () => {
      await writer.release()
      await uplink?.close()
    },
  }
}
