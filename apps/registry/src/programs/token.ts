import { redact } from '@mochi/errors'
import { loadConfig } from '@mochi/service'
import { configSchema } from '../config.ts'
import { openMirrorFolder } from '../mirror/folder.ts'
import { openTokenDatabase } from '../tokens/database.ts'
import { createTokens } from '../tokens/store.ts'
import { runTokenCommand } from '../tokens/token-command.ts'
import type { TokenAnswer } from '../tokens/token-command.ts'

/** What `mochi registry token` runs: makes and takes back tokens in the data of the registry of this machine. Prints one JSON document. */
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

try {
  process.stdout.write(`${JSON.stringify(await run(process.argv.slice(2)))}\n`)
} catch (error) {
  const { code = '', message } = error as { code?: string; message: string }
  process.stdout.write(`${JSON.stringify({ error: { code, message: redact(message) } })}\n`)
  process.exitCode = 1
}
