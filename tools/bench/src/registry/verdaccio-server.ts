import { readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createFolder, startProcess } from '@mochi/testing'
import type { Environment } from '@mochi/testing'
import { findFreePort } from '../cache/nginx.ts'
import { timeAnswer } from '../swap/answer.ts'
import type { Served } from '../swap/platform.ts'

export type VerdaccioOptions = {
  /** The workspace whose registry depends on it. */
  readonly root: string
  readonly env: Environment
  /** The address of its uplink. */
  readonly uplink: string
  /** Where it keeps what it has: it is there again for the next one. */
  readonly folder: string
}

/** Stock Verdaccio, run by its own program. It ends with the block. */
export async function startStockVerdaccio(options: VerdaccioOptions): Promise<AsyncDisposable & Served> {
  const { root, env, uplink, folder } = options
  await using started = new AsyncDisposableStack()
  const place = started.use(await createFolder())
  const verdaccio = await realpath(join(root, 'apps/registry/node_modules/verdaccio'))
  const config = configure(await readDefaults(verdaccio), { uplink, storage: folder })
  await place.write({ 'config.yaml': config })
  const url = `http://127.0.0.1:${await findFreePort()}`
  const args = [join(verdaccio, 'bin/verdaccio'), '--config', place.join('config.yaml'), '--listen', url]
  const server = started.use(startProcess('node', args, { cwd: place.path, env: { ...env, NODE_ENV: 'production' } }))
  await Promise.race([timeAnswer(`${url}/-/ping`), server.waitFor('what it never says')])
  const all = started.move()
  return { url, pid: server.pid, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** Its default configuration with another uplink and another folder. Throws where that has not one of each. */
export function configure(defaults: string, { uplink, storage }: { uplink: string; storage: string }): string {
  const set = (text: string, key: string, value: string): string => {
    const line = new RegExp(`^( *${key}: ).*$`, 'gm')
    if (text.match(line)?.length !== 1) throw new Error(`Verdaccio's default configuration has not one ${key}.`)
    return text.replace(line, (_, head: string) => head + JSON.stringify(value))
  }
  return set(set(defaults, 'url', uplink), 'storage', storage)
}

async function readDefaults(verdaccio: string): Promise<string> {
  const main = createRequire(join(verdaccio, 'package.json')).resolve('@verdaccio/config')
  return await readFile(join(dirname(main), 'conf/default.yaml'), 'utf8')
}
