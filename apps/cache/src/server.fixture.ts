import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, startProcess } from '@mochi/testing'
import { createClient, MINT_KEY } from './cache.fixture.ts'

const MAIN = join(import.meta.dirname, 'main.ts')

/** A folder with a mint key and the data of a cache. */
export async function createPlace() {
  const folder = await createFolder({ 'secrets/mintKey': `${MINT_KEY}\n` })
  await chmod(folder.join('secrets/mintKey'), 0o600)
  return Object.assign(folder, { data: folder.join('data'), secrets: folder.join('secrets') })
}

export type Place = Awaited<ReturnType<typeof createPlace>>

/** The real program, as a process of its own over a place. */
export async function startServer(
  place: Pick<Place, 'data' | 'secrets' | 'path'>,
  { environment = {}, program = MAIN, wrap = (command) => command }: ServerOptions = {},
) {
  const [command, ...args] = wrap([process.execPath, program])
  const server = startProcess(command, args, {
    env: {
      PATH: process.env['PATH'],
      HOME: place.path,
      MOCHI_PREFIX: join(place.path, 'prefix'),
      CACHE_DATA: place.data,
      CACHE_PORT: '0',
      CREDENTIALS_DIRECTORY: place.secrets,
      ...environment,
    },
  })
  const url = /http:\/\/\S+/.exec(await server.waitFor(/listens on http:\/\/\S+/))?.[0] ?? ''
  return Object.assign(server, { client: createClient(url) })
}

export type ServerOptions = {
  environment?: Readonly<Record<string, string>>
  /** Default: the cache. */
  program?: string
  wrap?: (command: [string, ...string[]]) => [string, ...string[]]
}
