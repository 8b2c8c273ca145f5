import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import type { ServiceRow } from '../up/read-services.ts'

/**
 * The services that run, of whichever checkout of this user. What asks for them is loaded only where they have run before:
 * a status is the answer to who types `mochi` alone.
 */
export async function readRunning(context: Context): Promise<readonly ServiceRow[]> {
  if (!existsSync(join(context.prefix, 'var/service'))) return []
  const [{ readServices }, { findUpPlace }] = await Promise.all([
    import('../up/read-services.ts'),
    import('../up/place.ts'),
  ])
  return readServices(context, findUpPlace(context, undefined))
}

/** The table of what runs; nothing where nothing does. */
export async function formatRunning(context: Context, rows: readonly ServiceRow[]): Promise<string> {
  if (rows.length === 0) return ''
  const { formatServices } = await import('../up/table.ts')
  return `\n${formatServices(rows, context)}`
}
