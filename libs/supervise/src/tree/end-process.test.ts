import { startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { signalProcess } from '../process-record.ts'
import type { ProcessRecord } from '../process-record.ts'
import { startOf } from '../process-start.ts'
import { endProcess } from './end-process.ts'

const DEAF = 'trap "" TERM; echo deaf; exec sleep 600'

function recordOf({ pid }: TestProcess): ProcessRecord {
  return { pid, start: startOf(pid) ?? '' }
}

/** How a process that ignores TERM has ended, a while after it was told to; undefined when it has not. */
async function endOfDeaf(end: (record: ProcessRecord) => Promise<void>): Promise<unknown> {
  await using process = startProcess('sh', ['-c', DEAF])
  await process.waitFor('deaf')
  await end(recordOf(process))
  const alive = startOf(process.pid) !== undefined
  return alive ? undefined : (await process.ended).signal
}

test('A process is asked to end, and is given its time for that', async () => {
  await using process = startProcess('sleep', ['600'])
  await endProcess(recordOf(process), 60_000)
  expect(await process.ended).toMatchObject({ signal: 'SIGTERM' })
})

test('One that ignores that is killed when its time is over; who only asks has it for ever', async () => {
  expect(await endOfDeaf((record) => endProcess(record, 50))).toBe('SIGKILL')
  const askOnly = async (record: ProcessRecord): Promise<void> => {
    signalProcess(record, 'SIGTERM')
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await endOfDeaf(askOnly)).toBeUndefined()
})

test('One that has ended, or whose number is another’s by now, is no concern', async () => {
  await using process = startProcess('sleep', ['600'])
  const record = recordOf(process)
  await endProcess({ ...record, start: `${record.start} of another` }, 0)
  expect(startOf(process.pid)).toBe(record.start)
  process.kill()
  await process.ended
  await endProcess(record, 60_000)
})
