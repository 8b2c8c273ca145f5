import { mintToken } from '@mochi/build-cache'
import { createArchive } from '@mochi/build-cache/testing'
import { startService, workspaceRoot } from '@mochi/testing'
import { createTestContext } from '../testing/test-context.ts'
import type { TestContext } from '../testing/test-context.ts'

const KEY = 'a-mint-key-that-is-only-for-these-tests'

/**
 * The service cache as a process of its own, whose mint key stands in the prefix of a machine, and one entry by main's CI and
 * one by a branch's.
 */
export async function startCache() {
  const service = await startService('cache', {
    secrets: { mintKey: KEY },
    env: (folder) => ({ CACHE_DATA: folder.join('data') }),
  })
  const { url, folder } = service
  return {
    url,
    folder,
    /** Who asks: with the mint key at hand, or on another machine with a token or without one. */
    context({ hasKey = true, token }: { hasKey?: boolean; token?: string } = {}): TestContext {
      const prefix = hasKey ? folder.path : folder.join('elsewhere')
      const env = { MOCHI_CACHE_URL: url, ...(token === undefined ? {} : { MOCHI_CACHE_TOKEN: token }) }
      return createTestContext({ root: workspaceRoot, prefix, env })
    },
    mint: (role: 'main' | 'branch' | 'reader' | 'admin', branch?: string) =>
      mintToken(KEY, { role, branch, writer: `${role} of a test`, hours: 1 }),
    async write(hash: string, token: string, headers: Record<string, string> = {}) {
      const body = new Uint8Array(createArchive({ 'libs/a/dist/index.js': `export default ${hash}` }))
      const authorization = `Bearer ${token}`
      const type = 'application/octet-stream'
      const options = { method: 'PUT', body, headers: { authorization, 'content-type': type, ...headers } }
      return (await fetch(`${url}/v1/cache/${hash}`, options)).status
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}
