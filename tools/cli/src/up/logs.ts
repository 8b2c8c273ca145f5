import { readLog } from '@mochi/supervise'
import { readdir, stat } from 'node:fs/promises'
import type { LogsFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { notRunning } from './not-running.ts'
import { findUpPlace, logFolder } from './place.ts'

/** `mochi logs NAME`: its last lines, and with `--follow` those that come, until Ctrl-C. Throws CLI_SERVICE_NOT_RUNNING. */
export async function runLogs(context: Context, flags: LogsFlags, name: string): Promise<undefined> {
  const place = findUpPlace(context, flags.instance)
  const folder = logFolder(place, name)
  if (!(await exists(folder))) {
    const known = await readdir(logFolder(place, '')).catch(() => [])
    throw await notRunning(context, place, { name, known, command: 'logs' })
  }
  const lines = readLog(folder, { lines: flags.lines, follow: flags.follow, signal: context.interrupted() })
  for await (const line of lines) context.stdout.write(line.toString())
}

/** What this user may not look at is another matter. */
async function exists(folder: string): Promise<boolean> {
  try {
    await stat(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
