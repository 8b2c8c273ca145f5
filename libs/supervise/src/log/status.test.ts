import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { writeLogStatus } from './status.ts'
import type { LogStatus } from './status.ts'

const writing: LogStatus = { pid: 7, state: 'writing', since: '2026-01-01T00:00:00.000Z', guard: 'mapped' }
const waiting: LogStatus = { ...writing, state: 'waiting', reason: 'ENOSPC: no space left on device, write' }

test('The status of a log takes the same room whatever it says: it can be written when there is no more', async () => {
  await using folder = await createFolder()
  const file = folder.join('status.json')
  const atLength: LogStatus = { ...waiting, reason: `EIO: ${'/ü"'.repeat(2000)}`.slice(0, 100) }
  for (const status of [writing, waiting, atLength, writing]) {
    writeLogStatus(file, status)
    const bytes = await readFile(file)
    expect(bytes).toHaveLength(512)
    expect(JSON.parse(bytes.toString())).toEqual(status)
  }
})
