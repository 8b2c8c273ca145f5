import { readLog } from '@mochi/supervise'
import { stat } from 'node:fs/promises'
import type { LogsFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { findUpPlace, logFolder } from './place.ts'

/** `mochi logs NAME`: its last lines, and with `--follow` those that come, until Ctrl-C. Throws CLI_SERVICE_NOT_RUNNING. */
export async function runLogs(context: Context, flags: LogsFlags, name: string): Promise<undefined> {
  const folder = logFolder(findUpPlace(context, flags.instance), name)
  if ((await stat(folder).catch(() => undefined)) === undefined) throw errors.CLI_SERVICE_NOT_RUNNING({ name })
  const lines = readLog(folder, { lines: flags.lines, follow: flags.follow, signal: context.interrupted() })
  for await (const line of lines) context.stdout.write(line.toString())
}
