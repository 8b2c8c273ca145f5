import { redact } from '@mochi/errors'
import { loadConfig } from '@mochi/service'
import { configSchema } from '../config.ts'
import { openMirrorFolder } from '../mirror/folder.ts'
import { openTokenDatabase } from './database.ts'
import { createTokens } from './store.ts'
import { runTokenCommand } from './token-command.ts'
import type { TokenAnswer } from './token-command.ts'

/**
 * What `mochi registry token` runs, and `node dist/main.js token` of a release: makes and takes back tokens in the data of the
 * registry of this machine. Prints one JSON document, and gives the exit code.
 */
export async function runTokenProgram(args: readonly string[]): Promise<number> {
  try {
    process.stdout.write(`${JSON.stringify(await run(args))}\n`)
    return 0
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string }
    process.stdout.write(`${JSON.stringify({ error: { code, message: redact(message) } })}\n`)
    return 1
  }
}

async function run(args: readonly string[]): Promise<TokenAnswer> {
  const { value: config } = await loadConfig(configSchema, process)
  openMirrorFolder(config.data)
  const database = openTokenDatabase(config.data)
  try {
    const tokens = createTokens(database, Date.now)
    return runTokenCommand({ tokens, scopes: config.scopes, now: Date.now }, args)
  } finally {
    database.close()
  }
}
