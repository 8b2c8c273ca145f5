import type { IncomingMessage } from 'node:http'
import { HotFiles, openDraft } from '@mochi/files'
import type { OpenDraft } from '@mochi/files'
import { isLoopbackName } from '@mochi/names'
import type { Flavor } from '@mochi/names'
import { isFromHere } from '@mochi/service'
import type { ServiceApp } from '@mochi/service'
import { createCompany } from './company/company.ts'
import type { Company } from './company/company.ts'
import type { Config } from './config.ts'
import { Journal } from './journal.ts'
import { Archives } from './mirror/archives.ts'
import { Documents } from './mirror/documents.ts'
import { Drafts } from './mirror/drafts.ts'
import { openMirrorFolder } from './mirror/folder.ts'
import { Mirror } from './mirror/mirror.ts'
import type { MirrorOptions } from './mirror/mirror.ts'
import { createCheckSigned } from './mirror/check-signed.ts'
import { HeldAnswers } from './mirror/held-answers.ts'
import { SigningKeys } from './mirror/signing-keys.ts'
import { createAskUpstream } from './uplink/ask-upstream.ts'
import { Tarballs } from './mirror/tarballs.ts'
import { createHoldings } from './page/holdings.ts'
import { Room } from './mirror/room.ts'
import { parsePolicy } from './policy/settings.ts'
import { createAnswer } from './read/answer.ts'
import type { Answering } from './read/answer.ts'
import { HotTarballs } from './read/hot-tarballs.ts'
import { TarballAnswers } from './read/tarballs.ts'
import type { OnRefused } from './read/no-answers.ts'
import { HotPackuments } from './read/hot-packuments.ts'
import { Packages } from './read/packages.ts'
import { Packuments } from './read/packuments.ts'
import { createSendTarball } from './read/send-tarball.ts'
import { createRoutes } from './routes/create-routes.ts'
import { createSources } from './sync/sources.ts'
import { createSync, noteTo } from './sync/sync.ts'
import type { Sync } from './sync/sync.ts'
import { createAccounts } from './tokens/accounts.ts'
import { openTokenDatabase } from './tokens/database.ts'
import { isAtLeast } from './tokens/identity.ts'
import type { Identity } from './tokens/identity.ts'
import type { LoginParts } from './tokens/login.ts'
import { createTokens } from './tokens/store.ts'
import { connectUplink } from './uplink/connect.ts'
import { connectNodeSite } from './uplink/node-site.ts'
import type { UplinkFault } from './uplink/uplink-fault.ts'
import type { UplinkLimits } from './uplink/uplink.ts'
import { watched } from './uplink/watched.ts'
import { Writer } from './writer/writer.ts'

export type RegistryParts = {
  /** That of the host: `localdev` where nothing is said. */
  readonly flavor?: Flavor | undefined
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly openDraft?: OpenDraft
  /** Milliseconds between the attempts to mirror something. */
  readonly pauses?: readonly number[]
  /** Of the uplink, where they are not the usual ones. */
  readonly limits?: Partial<UplinkLimits>
  /** Milliseconds that somebody waits for news of what is held. */
  readonly patience?: number
}

/** All that the registry is made of. */
export type Registry = {
  /** Answers what is asked of packages, here or in the process that writes. */
  readonly answer: Answering
  readonly journal: Journal
  readonly packuments: Packuments
  readonly tarballs: TarballAnswers
  readonly login: LoginParts
  /** Figures for /stats of what is mirrored daily. */
  readonly gauges: Sync['gauges']
  readonly baseOf: (request: IncomingMessage) => string
  /** Gives the writing to another process, where one follows. */
  release(stop: { readonly hasSuccessor: boolean }): Promise<void>
  close(): Promise<void>
}

type MirrorParts = Parts & Pick<MirrorOptions, 'onFound'> & { readonly journal: Journal }
type Parts = Required<Pick<RegistryParts, 'now' | 'openDraft'>> &
  Omit<RegistryParts, 'now' | 'openDraft'> & { readonly config: Config; readonly log: ServiceApp['log'] }

const MEGABYTE = 2 ** 20
const GIGABYTE = 1e9
const HOUR = 3_600_000

export function createRegistry(config: Config, { log }: ServiceApp, given: RegistryParts = {}): Registry {
  const parts = { now: Date.now, openDraft, ...given, config, log }
  const journal = new Journal(parts.now)
  const onFound = noteTo(() => sync, 'packages')
  const mirror = createMirror({ ...parts, journal, onFound }, () => writer.isWriter)
  const own = createOwn(parts)
  const { company, login, mayChange } = own
  const { tokens } = login
  const sync = createRegistrySync({
    ...parts,
    store: mirror.store,
    note: onFound,
    becomeWriter: () => writer.become(),
  })
  const answer = createAnswer({
    packages: mirror.packages,
    ...{ company, tokens },
    scopes: config.scopes,
    log,
    writer: () => writer,
    routes: createRoutes({
      ...mirror,
      ...{ sync, mayChange, company, tokens, journal },
      scopes: config.scopes,
      now: parts.now,
      holdings: createHoldings({ ...config, room: mirror.store.room }),
      policy: config,
      uplink: config.uplink,
      showsOwn: config.anonymousRead ?? isLaptop(parts),
      mayWrite: () => writer.isWriter,
    }),
  })
  const writer = new Writer({
    data: config.data,
    onWriter: () => mirror.sweep().then(sync.look),
    onRelease: () => company.close(),
    answer: (request, response) => void answer(request, response),
    onFault: (error) => log.error({ err: error }, 'this process cannot write'),
  })
  const release: Registry['release'] = async (stop) => {
    await sync.stop()
    await writer.release(stop)
  }
  return {
    answer,
    journal,
    packuments: mirror.packuments,
    tarballs: mirror.tarballs,
    login,
    gauges: sync.gauges,
    baseOf: mirror.baseOf,
    release,
    close: async () => {
      await release({ hasSuccessor: false })
      await own.close()
      await mirror.close()
    },
  }
}

/** What comes from upstream. */
function createMirror(parts: MirrorParts, mayWrite: () => boolean) {
  const { config, log, now, openDraft: open, journal, onFound, patience } = parts
  const policy = parsePolicy(config, now())
  const folder = openMirrorFolder(config.data)
  const drafts = new Drafts(folder.drafts, open)
  const documents = new Documents(folder, drafts, mayWrite)
  const room = new Room([folder.tarballs], config.diskBudget && config.diskBudget * GIGABYTE)
  const tarballs = new Tarballs(folder, drafts, room)
  const archives = new Archives(folder, drafts, tarballs)
  const nodeSite = connectNodeSite(config.nodeSite, config.redirects)
  const connected = connect(config, parts.limits)
  const uplink = connected && watched(connected, () => journal.answered())
  const fresh = config.fresh * 1000
  const onFault = (fault: UplinkFault, what: string): void => {
    journal.fault(fault, what)
    log.warn({ what, reason: fault.reason, detail: fault.message }, 'the uplink failed')
  }
  const onRefused: OnRefused = (refused) => journal.refused(refused)
  const askUpstream = createAskUpstream(uplink, onFault)
  const answers = new HeldAnswers({ askUpstream, folder: folder.answers, drafts, now, mayWrite })
  const signingKeys = new SigningKeys(answers, fresh)
  const checkSigned = createCheckSigned(config.signatures === 'ignored' ? undefined : signingKeys)
  const mirror = new Mirror({
    ...{ documents, tarballs, uplink, fresh, now, mayWrite, checkSigned, onFault, onFound },
    ...(patience !== undefined && { patience }),
  })
  const bytes = config.memory * MEGABYTE
  const packuments = new Packuments({ mirror, documents, hot: new HotPackuments(bytes), policy, fresh, now })
  const sendTarball = createSendTarball(new HotFiles({ all: bytes, one: bytes / 16 }))
  const tarballAnswers = new TarballAnswers({
    ...{ mirror, packuments },
    hot: new HotTarballs({ stampOf: (name) => documents.stamp(name), now }),
    onRefused,
    send: sendTarball,
  })
  const baseOf = createBaseOf(config)
  return {
    ...{ askUpstream, signingKeys, answers, fresh, baseOf },
    ...{ archives, sendTarball },
    store: { mirror, documents, tarballs, room, archives, nodeSite, folder: folder.tarballs },
    packuments,
    tarballs: tarballAnswers,
    packages: new Packages({ packuments, tarballs: tarballAnswers, baseOf, onRefused }),
    sweep: async () => {
      await drafts.sweep()
    },
    close: async () => {
      await Promise.all([uplink?.close(), nodeSite.close()])
    },
  }
}

type RegistrySyncParts = Parts & {
  readonly store: ReturnType<typeof createMirror>['store']
  readonly note: MirrorOptions['onFound']
  readonly becomeWriter: () => Promise<boolean>
}

/** What is brought up to date daily. */
function createRegistrySync({ config, log, store, note, becomeWriter, now, pauses }: RegistrySyncParts): Sync {
  const sources = createSources({ ...config, ...store, note })
  return createSync({
    ...{ settings: config, becomeWriter, now, sources },
    onFault: (error) => log.error({ err: error }, 'the daily run failed'),
    ...(pauses && { pauses }),
  })
}

/** Whether who reaches it sits at this machine. Elsewhere a proxy in front may be on loopback too, and not say for whom it asks. */
function isLaptop({ config, flavor = 'localdev' }: Pick<Parts, 'config' | 'flavor'>): boolean {
  return flavor === 'localdev' && isLoopbackName(config.host)
}

function isAdmin(identity: Identity | undefined): boolean {
  return identity !== undefined && isAtLeast(identity.group, 'admin')
}

function connect(
  { uplink: address, uplinkAuthorization: authorization, ...config }: Config,
  limits: RegistryParts['limits'] = {},
) {
  if (address === undefined) return undefined
  const { redirects, scopes, uplinkInsecure: insecure, host, hosts, port } = config
  const own = ['127.0.0.1', 'localhost', '[::1]', host, ...hosts].map((name) => `${name}:${port}`)
  return connectUplink({ address, authorization, insecure, redirects, own, scopes, limits })
}

/** Tarballs are said to be where the packument was asked for. */
function createBaseOf({ tls, host: address, port }: Config): (request: IncomingMessage) => string {
  const scheme = tls === undefined ? 'http' : 'https'
  return ({ headers: { host = `${address}:${port}` } }) => `${scheme}://${host}`
}

type Own = {
  readonly company: Company
  readonly login: LoginParts
  /** Whether who asks may change what is mirrored: an admin, and who works on the machine itself, where that is a laptop. */
  readonly mayChange: (request: IncomingMessage) => boolean
  close(): Promise<void>
}

/** What is the company's own. */
function createOwn(parts: Parts): Own {
  const { config, log, now } = parts
  const isLocal = isLaptop(parts)
  const database = openTokenDatabase(config.data)
  const tokens = createTokens(database, now)
  const company = createCompany({
    folder: config.data,
    scopes: config.scopes,
    anonymousRead: config.anonymousRead ?? isLocal,
    bodyLimit: config.publishLimit * MEGABYTE,
    unpublishWithin: config.unpublishWithin * HOUR,
    log: (level, message) => log[level](message),
    now,
  })
  const mayJoin = (request: IncomingMessage): boolean => isLocal && isFromHere(request)
  return {
    company,
    mayChange: (request) => mayJoin(request) || isAdmin(tokens.identify(request.headers.authorization)),
    login: { tokens, accounts: createAccounts(database, now), mayJoin, now },
    close: async () => {
      await company.close()
      database.close()
    },
  }
}
