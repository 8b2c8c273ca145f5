import { findCache, readClientSettings } from '@mochi/build-cache/client'
import type { Context } from '../context.ts'
import { findClient } from './ask-cache.ts'

/** Milliseconds: a run does not wait for a cache that is away. */
const DEADLINE = 2000

/**
 * The environment with a token of the build cache in place of a CI's own: that one is good for minutes, and a run asks until its
 * end. Unchanged where there is nothing to exchange, or the cache does not answer; the run itself tells that.
 */
export async function exchangeToken({
  root,
  prefix,
  env,
}: Pick<Context, 'root' | 'prefix' | 'env'>): Promise<Context['env']> {
  const key = findCache(root, env)
  if (key === undefined) return env
  const settings = await readClientSettings(key, { env, prefix, uid: process.getuid?.() ?? 0 })
  if (settings.kind !== 'on' || !settings.isOfCi) return env
  try {
    const client = await findClient({ root, prefix, env }, { role: 'reader', deadline: DEADLINE })
    const { token } = (await client.ask('v1/token', {})) as { token: string }
    return { ...env, MOCHI_CACHE_TOKEN: token }
  } catch {
    return env
  }
}
