import { readConfig } from '@mochi/service'
import { createFolder } from '@mochi/testing'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import type { Config } from './config.ts'
import type { RegistryParts } from './context.ts'
import { openTokenDatabase } from './tokens/database.ts'
import type { Group } from './tokens/identity.ts'
import { createTokens } from './tokens/store.ts'
import { packTarball, packumentOf } from './upstream.fixture.ts'

export type StartOptions = RegistryParts & {
  readonly uplink?: string
  readonly config?: Partial<Config>
  /** A data folder that outlives it. */
  readonly data?: string
}

export type Reply = {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  json(): Record<string, unknown>
}

/** The registry on a free port, in this process, stopped at the end of the block. */
export async function startRegistry({ uplink, config, data, ...parts }: StartOptions = {}) {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const settings = readConfig(configSchema, { REGISTRY_DATA: data ?? folder.path, REGISTRY_SCOPES: '["@acme"]' })
  const service = createApp(
    { ...settings, port: 0, logLevel: 'silent', ...(uplink === undefined ? {} : { uplink }), ...config },
    parts,
  )
  const running = await service.start()
  started.defer(async () => {
    await running.stop({ idleGrace: 0, deadline: 0 })
  })
  const all = started.move()
  return {
    url: running.url,
    data: data ?? folder.path,
    /** A token of this group. */
    token: (group: Group): string => createToken(data ?? folder.path, group),
    /** Publishes a package of the company, as a client does. */
    publish: async (name: string, version: string): Promise<void> => {
      const token = createToken(data ?? folder.path, 'publish')
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = JSON.stringify(publishedAs(name, version))
      const response = await fetch(`${running.url}/${name.replace('/', '%2f')}`, { method: 'PUT', headers, body })
      if (response.status !== 201) throw new Error(`${name} was not published: ${await response.text()}`)
    },
    stop: () => running.stop({ idleGrace: 0, deadline: 0 }),
    get: async (path: string, init?: RequestInit): Promise<Reply> => {
      const response = await fetch(`${running.url}${path}`, init)
      const bytes = Buffer.from(await response.arrayBuffer())
      return {
        status: response.status,
        headers: response.headers,
        bytes,
        json: () => JSON.parse(bytes.toString('utf8')) as Record<string, unknown>,
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function createToken(folder: string, group: Group): string {
  const database = openTokenDatabase(folder)
  try {
    return createTokens(database, Date.now).create({ name: 'ann', group, expires: Date.now() + 3_600_000 }).text
  } finally {
    database.close()
  }
}

function publishedAs(name: string, version: string): object {
  const tarball = packTarball({ name, version })
  const attachment = {
    content_type: 'application/octet-stream',
    data: tarball.toString('base64'),
    length: tarball.length,
  }
  const packument = packumentOf(name, [{ version }], 'http://127.0.0.1')
  return { ...packument, _attachments: { [`${name}-${version}.tgz`]: attachment } }
}
