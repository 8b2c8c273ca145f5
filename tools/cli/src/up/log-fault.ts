import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TreeEntry } from '@mochi/supervise'
import { logFolder, serviceFolder } from './place.ts'
import type { UpPlace } from './place.ts'

/** What a log writer complains of when it cannot even say in the log's folder that it waits. */
const WAITS = /takes nothing more: (.*)\. The service waits/

/** Why the log of a service is not written: its writer does not run, or waits for its disk. */
export async function findLogFault(
  place: UpPlace,
  name: string,
  writer: TreeEntry['log'],
): Promise<string | undefined> {
  if (writer === 'waiting') return `its log is not written; service/${name}/log/errors says why`
  const text = await readFile(join(logFolder(place, name), 'status.json'), 'utf8').catch(() => undefined)
  const reason = text === undefined ? await lastComplaint(place, name) : reasonIn(text)
  return reason === undefined ? undefined : `its log is not written: ${reason}`
}

async function lastComplaint(place: UpPlace, name: string): Promise<string | undefined> {
  const text = await readFile(join(serviceFolder(place, name), 'log/errors'), 'utf8').catch(() => '')
  return WAITS.exec(text.trimEnd().split('\n').at(-1) ?? '')?.[1]
}

function reasonIn(text: string): string | undefined {
  try {
    const { state, reason = 'nobody knows why' } = JSON.parse(text) as { state?: unknown; reason?: string }
    return state === 'waiting' ? reason : undefined
  } catch {
    return undefined // The writer is writing it at this moment.
  }
}
