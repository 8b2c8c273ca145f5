import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { mintToken } from '@mochi/build-cache/token'
import type { TokenWish } from '@mochi/build-cache/token'
import { createFolder, isolatedEnvironment, startProcess, workspaceRoot } from '@mochi/testing'

/** apps/cache as a process of its own, with its own data and key. */
export type RealCache = AsyncDisposable & {
  readonly url: string
  mint(wish: Pick<TokenWish, 'role' | 'branch'>): Promise<string>
}

const KEY = 'a-mint-key-that-is-only-for-these-tests'

export async function startRealCache(): Promise<RealCache> {
  const folder = await createFolder()
  await folder.write({ 'secrets/mintKey': KEY }, { mode: 0o600 })
  await chmod(folder.join('secrets'), 0o700)
  const service = startProcess(process.execPath, [join(workspaceRoot, 'apps/cache/src/main.ts')], {
    cwd: folder.path,
    env: isolatedEnvironment(folder.path, {
      CACHE_PORT: '0',
      CACHE_DATA: folder.join('data'),
      CREDENTIALS_DIRECTORY: folder.join('secrets'),
    }),
  })
  const output = await service.waitFor(/cache listens on \S+/)
  return {
    url: /listens on (\S+)/.exec(output)?.[1] ?? '',
    mint: (wish) => mintToken(KEY, { ...wish, writer: `test ${wish.role}`, hours: 1 }),
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
