import prettyBytes from 'pretty-bytes'
import type { CachePurgeFlags } from '../commands/cache.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { findToldClient } from './ask-cache.ts'
import { errors } from './errors.ts'

/** `mochi cache purge`: takes entries away for everybody. Throws CLI_CACHE_PURGE_ALL when none is meant. */
export async function runCachePurge(context: Context, { json, ...filter }: CachePurgeFlags): Promise<undefined> {
  if (Object.values(filter).every((value) => value === undefined)) throw errors.CLI_CACHE_PURGE_ALL({})
  const client = await findToldClient(context, { role: 'admin' })
  const purged = (await client.ask('v1/purge', filter)) as { entries: number; bytes: number }
  if (json) writeJson(context.stdout, purged)
  else
    context.stdout.write(
      `Purged ${purged.entries} ${purged.entries === 1 ? 'entry' : 'entries'}, ${prettyBytes(purged.bytes)}.\n`,
    )
}
