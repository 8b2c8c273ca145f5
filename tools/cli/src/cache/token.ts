import { resolve } from 'node:path'
import { LONGEST, mintToken, toBranchName } from '@mochi/build-cache'
import type { Role } from '@mochi/build-cache'
import type { CacheTokenFlags } from '../commands/cache.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { errors } from './errors.ts'
import { readMintKey, whoAmI } from './mint-key.ts'

/** Hours, where none are said: a day's work for who writes, a month for who reads. */
const USUAL: Readonly<Record<Role, number>> = { main: 8, branch: 8, admin: 1, reader: LONGEST.reader }

/**
 * `mochi cache token`: makes a token and prints it alone, so that it can be piped to where it belongs. Throws
 * CLI_CACHE_KEY_MISSING, CLI_CACHE_KEY_UNUSABLE and BUILD_CACHE_TOKEN_UNFIT.
 */
export async function runCacheToken(context: Context, flags: CacheTokenFlags): Promise<undefined> {
  const { role, writer = whoAmI(), hours = USUAL[role], keyFile, json } = flags
  const branch = flags.branch === undefined ? undefined : toBranchName(flags.branch)
  const minted = await readMintKey(context, keyFile === undefined ? undefined : resolve(context.cwd, keyFile))
  if (minted.kind === 'absent')
    throw errors.CLI_CACHE_KEY_MISSING({ file: minted.file, isNamed: keyFile !== undefined })
  const now = new Date(context.clock.now())
  const token = await mintToken(minted.key, { role, branch, writer, hours }, now)
  const expires = new Date(now.getTime() + hours * 3_600_000).toISOString()
  if (json) writeJson(context.stdout, { token, role, branch, writer, expires })
  else {
    context.stdout.write(`${token}\n`)
    const scope = role === 'branch' ? `branch ${branch ?? ''}` : role
    context.stderr.write(`For ${scope}, as ${writer}, until ${expires}.\n`)
  }
}
