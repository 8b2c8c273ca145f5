import { createService } from '@mochi/service'
import type { Service, ServiceApp } from '@mochi/service'
import { defaultArchiveLimits } from '@mochi/build-cache'
import { HotFiles, openDraft } from '@mochi/files'
import type { OpenDraft } from '@mochi/files'
import manifest from '../package.json' with { type: 'json' }
import { createAuthenticate, verifyMinted } from './auth/authenticate.ts'
import { grantOf, guard } from './auth/grants.ts'
import { createOidc } from './auth/verify-oidc.ts'
import { parseBytes } from './bytes.ts'
import type { Config } from './config.ts'
import type { CacheContext } from './context.ts'
import { addBodies } from './routes/bodies.ts'
import { addPage } from './routes/page.ts'
import { addResults } from './routes/results.ts'
import { addStatus } from './routes/status.ts'
import { addTokens } from './routes/tokens.ts'
import { shareBudget } from './store/pool.ts'
import { Store } from './store/store.ts'

export type AppParts = {
  /** Milliseconds since 1970. */
  now?: () => number
  openDraft?: OpenDraft
}

/** An upload of the largest entry over a slow line may take this long. Milliseconds. */
const UPLOAD = 600_000

/** The service, made of its configuration. Its data folder is opened when it gets ready. */
export function createApp(config: Config, parts: AppParts = {}): Service {
  return createService({
    manifest,
    config,
    limits: { requestTime: UPLOAD, answerTime: UPLOAD },
    routes: (app) => {
      const context = createContext(config, app, parts)
      const { store } = context
      app.addHook('onClose', () => store.close())
      app.register(async (scope) => {
        guard(scope, context.authenticate)
        addBodies(scope, context)
        addResults(scope, context)
        addStatus(scope, context)
        addTokens(scope, context)
        await Promise.resolve()
      })
      addPage(app, context)
      void store.sweep()
    },
  })
}

function createContext(config: Config, { log }: ServiceApp, parts: AppParts): CacheContext {
  const { now = Date.now, openDraft: open = openDraft } = parts
  const keys = [config.mintKey, config.previousMintKey].filter((key) => key !== undefined)
  const minted = verifyMinted(keys, now)
  const oidc = createOidc(config.oidc, now)
  const budget = shareBudget(parseBytes(config.budget), config.branchShare)
  return {
    store: new Store({ folder: config.data, budget, now, log }),
    hot: new HotFiles(),
    authenticate: createAuthenticate((token) => (oidc.isOurs(token) ? oidc.verify(token) : minted(token)), now),
    grantOf,
    isOfCi: (header = '') => oidc.isOurs(header.replace(/^Bearer +/i, '')),
    mintKey: config.mintKey,
    now,
    entryLimit: parseBytes(config.entryLimit),
    archiveLimits: { ...defaultArchiveLimits, unpacked: parseBytes(config.unpackedLimit) },
    openDraft: open,
    started: now(),
  }
}
