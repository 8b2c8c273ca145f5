import type { ScryptOptions } from 'node:crypto'
import { createService, isFromHere, readConfig, serviceConfig } from '@mochi/service'
import type { RunningService } from '@mochi/service'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { createAccounts } from './accounts.ts'
import { openTokenDatabase } from './database.ts'
import { addLogin } from './login.ts'
import { createTokens } from './store.ts'
import type { Tokens } from './store.ts'

export const DAY = 86_400_000

/** Tests have nothing that is worth guessing. */
const CHEAP: ScryptOptions = { N: 2 }

export type TokenServer = AsyncDisposable & {
  readonly url: string
  readonly folder: Folder
  readonly tokens: Tokens
  readonly clock: { now: number }
  readonly lines: readonly string[]
}

/** A service with nothing but tokens. `join`: who may make an account without a token; `isDear`: passwords cost what they do in a registry. */
export async function startTokens({
  join = isFromHere,
  isDear = false,
}: { join?: typeof isFromHere; isDear?: boolean } = {}): Promise<TokenServer> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const clock = { now: Date.now() }
  const now = () => clock.now
  const database = openTokenDatabase(folder.path)
  started.defer(() => database.close())
  const tokens = createTokens(database, now)
  const accounts = createAccounts(database, now, ...(isDear ? [] : [CHEAP]))
  const lines: string[] = []
  const service = createService({
    manifest: { name: '@mochi/tokens', version: '1.0.0' },
    config: readConfig(serviceConfig('tokens', {}), { TOKENS_PORT: '0' }),
    routes: (app) => addLogin(app, { tokens, accounts, mayJoin: join, now }),
    logStream: { write: (line: string) => void lines.push(line) },
  })
  const running: RunningService = await service.start()
  started.defer(async () => {
    await running.stop({ idleGrace: 0 })
  })
  const all = started.move()
  return { url: running.url, folder, tokens, clock, lines, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
