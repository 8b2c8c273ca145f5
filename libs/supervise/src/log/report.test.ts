import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { readFile } from 'node:fs/promises'
import { createReport } from './report.ts'

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })

function createSink(): { lines: string[]; write: (line: string | Uint8Array) => number } {
  const lines: string[] = []
  return { lines, write: (line) => lines.push(String(line)) && line.length }
}

test('A wait is told in the status and in words, its end in the status', async () => {
  await using folder = await createFolder()
  const { lines, write } = createSink()
  const { tell } = createReport(folder.path, write)
  const status = async (): Promise<unknown> => JSON.parse(await readFile(folder.join('status.json'), 'utf8'))
  tell(full, 'mapped')
  expect(await status()).toMatchObject({ state: 'waiting', reason: full.message, guard: 'mapped', pid: process.pid })
  tell(undefined, 'mapped')
  expect(await status()).toMatchObject({ state: 'writing' })
  expect(lines).toEqual([expect.stringContaining('no space left on device') as string])
})

test('What a writer says has an end, however often its disk is full', async () => {
  await using folder = await createFolder()
  const { lines, write } = createSink()
  const { say } = createReport(folder.path, write)
  for (let time = 0; time < 10_000; time += 1) say('no room')
  expect(lines.join('').length).toBeGreaterThan(60_000)
  expect(lines.join('').length).toBeLessThanOrEqual(65_536)
})

test('Where the status cannot be written that is said, and nothing is thrown', () => {
  const { lines, write } = createSink()
  createReport('/nowhere', write).tell(undefined, 'none')
  expect(lines).toEqual([expect.stringContaining('status.json: ENOENT') as string])
})
