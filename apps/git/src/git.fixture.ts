import { join } from 'node:path'
import type { MirrorStatus, RunResult, SyncEvent } from '@mochi/mirror'
import { readConfig } from '@mochi/service'
import { createFolder, runProcess } from '@mochi/testing'
import type { Outcome } from '@mochi/testing'
import { createApp } from './app.ts'
import type { AppParts } from './app.ts'
import { configSchema } from './config.ts'

export type ServiceOptions = AppParts & {
  /** URLs by name. */
  readonly repositories: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, string>>
  /** Default: a folder of its own, gone at the end. */
  readonly folder?: string
}

/** The service on a free port, with what tests ask of it. Between attempts it makes no pause. */
export async function startGit({ repositories, settings, folder, ...parts }: ServiceOptions) {
  const own = await createFolder()
  const data = folder ?? own.join('data')
  const listed = Object.fromEntries(Object.entries(repositories).map(([name, url]) => [name, { url }]))
  const variables = { GIT_DATA: data, GIT_PORT: '0', GIT_LOG_LEVEL: 'silent', GIT_REPOSITORIES: JSON.stringify(listed) }
  const service = createApp(readConfig(configSchema, { ...variables, ...settings }), { pauses: [0, 0], ...parts })
  const running = await service.start()
  return {
    ...createClient(running.url),
    data,
    own,
    /** Runs git on what is held. */
    held: (name: string, ...args: readonly string[]) =>
      runGit(own.path, [`--git-dir=${join(data, 'repositories', `${name}.git`)}`, ...args]),
    clone: (name: string, target: string, ...args: readonly string[]) =>
      runGit(own.path, ['clone', '--quiet', ...args, `${running.url}/${name}.git`, own.join(target)]),
    git: (...args: readonly string[]) => runGit(own.path, args),
    [Symbol.asyncDispose]: async () => {
      await running.stop({ idleGrace: 0, deadline: 1_000 })
      await own[Symbol.asyncDispose]()
    },
  }
}

export type TestGit = Awaited<ReturnType<typeof startGit>>

/** What tests ask of a service, wherever it runs. */
export function createClient(url: string) {
  const ask = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init)
  const sync = async (query = ''): Promise<{ events: SyncEvent[]; results: readonly RunResult[]; open: number }> => {
    const text = await (await ask(`/-/mochi/mirror/sync${query}`, { method: 'POST' })).text()
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SyncEvent)
    const last = events.at(-1)
    if (last?.is !== 'ended') throw new Error(`The run did not end: ${text}`)
    return { events, results: last.results, open: last.open }
  }
  return { url, ask, sync, status: async () => (await (await ask('/-/mochi/mirror')).json()) as MirrorStatus }
}

export function runGit(home: string, args: readonly string[]): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  return runProcess('git', args, { env, cwd: home })
}
