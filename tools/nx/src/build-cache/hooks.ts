import { readClientSettings, worldOf } from '@mochi/build-cache/client'
import type { CacheKey, Environment, Settings } from '@mochi/build-cache/client'
import { isLoopbackName } from '@mochi/names'
import { formatLine } from './format-line.ts'
import { errors } from '../errors.ts'
import type { TaskResult } from '../task-results.ts'
import { reproducibleTargets } from '../targets.ts'
import { describeAccount } from './describe-account.ts'
import { findHost } from './host.ts'
import type { Question, Reply } from './messages.ts'
import { toResults } from './results.ts'
import { findRevision } from './revision.ts'
import type { Account } from './account.ts'
import { forgetRelay, leadToRelay } from './variables.ts'

/** What the end of a run has to know of its beginning. */
type Begun = { readonly key: CacheKey; readonly isVerbose: boolean; readonly outcome: 'relayed' | Settings | Error }

const begun = new Map<string, Begun>()

type Beginning = { id: string; root: string; key: CacheKey; isVerbose: boolean; env: NodeJS.ProcessEnv }

/** Leads this run of Nx to the cache, or remembers why not. Never rejects: a run does not fail by its cache. */
export async function beginRun(beginning: Beginning): Promise<void> {
  const { id, key, isVerbose } = beginning
  const outcome = await open(beginning).catch((error: unknown) => error as Error)
  if (outcome !== 'relayed') forgetRelay(beginning.env)
  begun.set(id, { key, isVerbose, outcome })
}

async function open({ id, root, key, env }: Beginning): Promise<'relayed' | Settings> {
  const settings = await readClientSettings(key, worldOf(env))
  if (settings.kind !== 'on') return settings
  const { url, token, mayWrite, isOfCi, compare } = settings
  const revision = mayWrite ? await findRevision(root, env) : undefined
  const run = {
    url,
    token,
    mayWrite,
    isOfCi,
    compare,
    revision,
    proxies: proxiesFor(url, env),
    reproducible: reproducibleTargets(),
  }
  const reply = await ask({ kind: 'open', run: id, settings: run })
  if (reply.kind !== 'opened') throw new Error('The relay did not open the run.')
  leadToRelay(env, reply.opened)
  return 'relayed'
}

/** As everything that goes to the loopback interface, the relay's own way to a cache there leads through no proxy. */
function proxiesFor(url: string, env: Environment): Record<string, string | undefined> {
  if (isLoopbackName(new URL(url).hostname)) return {}
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()])
  return Object.fromEntries(names.map((name) => [name, env[name]]))
}

async function ask(question: Question): Promise<Reply> {
  const reply = await findHost()(question)
  if (reply.kind === 'failed') throw new Error(reply.reason)
  return reply
}

/** Reports the results. Resolves with what is to be said of the cache, and with its account where it was used. Never rejects. */
export async function endRun(id: string, tasks: readonly TaskResult[]): Promise<Ended> {
  const run = begun.get(id)
  begun.delete(id)
  if (run === undefined) return { lines: [] }
  return await finish(id, run, tasks).catch((error: unknown) => ({ lines: [failed(error)] }))
}

export type Ended = { readonly lines: readonly string[]; readonly account?: Account }

async function finish(id: string, { key, isVerbose, outcome }: Begun, tasks: readonly TaskResult[]): Promise<Ended> {
  if (outcome instanceof Error) return { lines: [failed(outcome)] }
  if (outcome !== 'relayed') return { lines: describeOff(outcome, isVerbose) }
  const reply = await ask({ kind: 'finish', run: id, results: toResults(tasks) })
  const account = reply.kind === 'finished' ? reply.account : undefined
  if (account === undefined) throw new Error('it has ended before the run')
  return { lines: describeAccount(account, { url: key.url, isVerbose }), account }
}

function describeOff(settings: Settings, isVerbose: boolean): string[] {
  if (settings.kind === 'refused') return [formatLine('warning', settings.error)]
  if (settings.kind === 'on' || !isVerbose) return []
  return [`build cache: not used, because there is no token in $MOCHI_CACHE_TOKEN or ${settings.file}`]
}

function failed(error: unknown): string {
  return formatLine(
    'warning',
    errors.CACHE_RELAY_FAILED({ reason: error instanceof Error ? error.message : String(error) }),
  )
}
