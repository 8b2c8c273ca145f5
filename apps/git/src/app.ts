import { hostname } from 'node:os'
import { startDaily } from '@mochi/mirror'
import type { Daily } from '@mochi/mirror'
import { createService } from '@mochi/service'
import type { Service, ServiceContext } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import type { Environment } from './git/environment.ts'
import { Git } from './git/git.ts'
import { requireGit } from './git/require-git.ts'
import { Board } from './mirror/board.ts'
import { Keeper } from './mirror/keeper.ts'
import type { KeeperParts } from './mirror/keeper.ts'
import { addMirrorRoutes } from './serve/mirror-routes.ts'
import { addRepositories } from './serve/routes.ts'

export type AppParts = Partial<Pick<KeeperParts, 'now' | 'pauses' | 'onStep'>> & {
  /** Proxy, CAs and PATH of git. Default: this process's. */
  readonly environment?: Environment
}

/** A clone of a large repository may take a while before its first byte. Milliseconds. */
const ANSWER = 600_000
const MINUTE = 60_000

/** The service, made of its configuration. Throws GIT_MISSING and GIT_TOO_OLD when it gets ready. */
export function createApp(
  config: Config,
  { environment = process.env, now = Date.now, ...parts }: AppParts = {},
): Service {
  return createService({
    manifest,
    config,
    limits: { answerTime: ANSWER, requestTime: ANSWER },
    routes: async (app, { gauge, stopping }) => {
      const git = new Git(environment)
      await requireGit(git)
      const plan: { daily?: Daily } = {}
      const keeper = new Keeper(config, git, {
        ...parts,
        now,
        next: () => plan.daily?.next(),
        onResult: ({ source }) => void board.refresh(source).catch(onFault),
      })
      const board = new Board(keeper, now)
      const onFault = (err: unknown): void => app.log.error({ err }, 'the mirror has a fault')
      await keeper.sweep()
      await board.refresh()
      plan.daily = startDaily({
        ...{ at: config.syncAt, jitter: config.syncJitter, seed: hostname(), now, onFault },
        last: () => keeper.mirrors.lastDaily(),
        run: () => runDaily(keeper, stopping, app.log),
      })
      const every = setInterval(() => void board.refresh().catch(onFault), MINUTE).unref()
      app.addHook('onClose', () => {
        plan.daily?.stop()
        clearInterval(every)
      })
      addGauges(gauge, keeper, board)
      addMirrorRoutes(app, keeper.mirrors, stopping)
      addRepositories(app, { git, keeper, board, clones: config.clones, stopping, now })
    },
  })
}

async function runDaily(
  { mirrors }: Keeper,
  signal: AbortSignal,
  log: { info(facts: object, words: string): void },
): Promise<void> {
  await mirrors.sync({
    only: [],
    isDaily: true,
    signal,
    onEvent: (event) => {
      if (event.is !== 'progress' && event.is !== 'planned') log.info({ event }, `the daily run: ${event.is}`)
    },
  })
}

function addGauges(gauge: ServiceContext['gauge'], { sources }: Keeper, board: Board): void {
  for (const { name } of sources) {
    // A repository that was never mirrored has no age: it is older than everything.
    gauge(`mirror.age.${name}`, () => Math.floor((board.entry(name).age ?? Number.MAX_SAFE_INTEGER) / 1_000))
    gauge(`mirror.bytes.${name}`, () => board.entry(name).holding.bytes)
    gauge(`mirror.ok.${name}`, () => (board.entry(name).last?.failed === 0 ? 1 : 0))
  }
}
