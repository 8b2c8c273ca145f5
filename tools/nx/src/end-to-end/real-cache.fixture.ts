import { mintToken } from '@mochi/build-cache/token'
import type { TokenWish } from '@mochi/build-cache/token'
import { startService } from '@mochi/testing'

/** apps/cache as a process of its own, with its own data and key. */
export type RealCache = AsyncDisposable & {
  readonly url: string
  mint(wish: Pick<TokenWish, 'role' | 'branch'>): Promise<string>
}

const KEY = 'a-mint-key-that-is-only-for-these-tests'

export async function startRealCache(): Promise<RealCache> {
  const service = await startService('cache', {
    secrets: { mintKey: KEY },
    env: (folder) => ({ CACHE_DATA: folder.join('data') }),
  })
  return {
    url: service.url,
    mint: (wish) => mintToken(KEY, { ...wish, writer: `test ${wish.role}`, hours: 1 }),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}
