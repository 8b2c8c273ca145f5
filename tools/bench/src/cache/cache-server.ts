import { randomBytes } from 'node:crypto'
import { mintToken } from '@mochi/build-cache'
import { createFolder } from '@mochi/testing'
import { startBelowLauncher } from '../service/below-launcher.ts'
import type { Launchable } from '../service/below-launcher.ts'
import type { Served } from '../swap/platform.ts'

/** apps/cache below a launcher, with data of its own. It ends with the block. */
export type CacheServer = AsyncDisposable &
  Served & {
    /** A token that writes for main. */
    readonly token: string
  }

export async function startCacheServer({ env, ...options }: Launchable): Promise<CacheServer> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const key = randomBytes(32).toString('hex')
  await folder.write({ 'credentials/mintKey': key }, { mode: 0o600 })
  const own = { CACHE_DATA: folder.join('data'), CREDENTIALS_DIRECTORY: folder.join('credentials') }
  const server = started.use(await startBelowLauncher('cache', { ...options, env: { ...env, ...own } }))
  const token = await mintToken(key, { role: 'main', writer: 'benchmark', hours: 2 })
  const all = started.move()
  return { ...server, token, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
