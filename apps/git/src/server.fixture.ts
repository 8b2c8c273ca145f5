import { join } from 'node:path'
import { startProcess } from '@mochi/testing'
import { createClient } from './git.fixture.ts'

export type ServerOptions = {
  readonly data: string
  readonly url: string
  /** The step of a renewal at which it kills itself. */
  readonly killAt?: number
  /** Default: the service. */
  readonly program?: string
  readonly wrap?: (command: [string, ...string[]]) => [string, ...string[]]
}

export const PROGRAM = join(import.meta.dirname, 'kill-program.fixture.ts')
export const NAIVE = join(import.meta.dirname, 'naive-program.fixture.ts')

/** The service as a process of its own, with one repository, `up`. */
export async function startServer({
  data,
  url,
  killAt,
  program = PROGRAM,
  wrap = (command) => command,
}: ServerOptions) {
  const [command, ...args] = wrap([process.execPath, program])
  const server = startProcess(command, args, {
    env: {
      PATH: process.env['PATH'],
      GIT_DATA: data,
      GIT_PORT: '0',
      GIT_LOG_LEVEL: 'silent',
      GIT_REPOSITORIES: JSON.stringify({ up: { url } }),
      ...(killAt === undefined ? {} : { KILL_AT: String(killAt) }),
    },
  })
  const [address = ''] = /http:\/\/\S+/.exec(await server.waitFor(/listens on http:\/\/\S+/)) ?? []
  return Object.assign(server, { client: createClient(address) })
}
