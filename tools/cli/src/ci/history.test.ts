import { writeFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { rememberResults } from './history.ts'
import type { TaskResult } from './tally.ts'

const DAY = 24 * 3600 * 1000
const NOW = Date.UTC(2026, 0, 31)

const result = (status: TaskResult['status'], rest: Partial<TaskResult> = {}): TaskResult => ({
  ...{ project: 'a', target: 'coverage', hash: '17', output: '', ms: 5, status, ok: status !== 'failure' },
  ...rest,
})

async function createHistory() {
  const folder = await createFolder()
  const path = folder.join('deep/history.db')
  return {
    path,
    run: (tasks: readonly TaskResult[], now = NOW) => rememberResults(path, tasks, { revision: 'c0ffee', now }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test('one hash that failed and passed is a flake, with its history', async () => {
  await using history = await createHistory()
  expect(await history.run([result('failure')], NOW - 2 * DAY)).toEqual([])
  await history.run([result('failure')], NOW - DAY)
  expect(await history.run([result('success')])).toEqual([
    {
      ...{ task: 'a:coverage', hash: '17', passed: 1, failed: 2 },
      first: '2026-01-29T00:00:00.000Z',
      last: '2026-01-31T00:00:00.000Z',
      lastFailure: '2026-01-30T00:00:00.000Z',
    },
  ])
})

test('a failure that another hash mends is none', async () => {
  await using history = await createHistory()
  await history.run([result('failure')])
  expect(await history.run([result('success', { hash: '18' })])).toEqual([])
})

test('what came from a cache says nothing new', async () => {
  await using history = await createHistory()
  await history.run([result('failure')])
  expect(await history.run([result('local-cache'), result('remote-cache')])).toEqual([])
})

test('a flake is told again while its task runs, and only then', async () => {
  await using history = await createHistory()
  await history.run([result('failure')])
  await history.run([result('success')])
  expect(await history.run([result('success', { hash: '19' })])).toMatchObject([{ hash: '17' }])
  expect(await history.run([result('success', { target: 'lint' })])).toEqual([])
})

test('what is older than 90 days is forgotten', async () => {
  await using history = await createHistory()
  await history.run([result('failure')], NOW - 91 * DAY)
  expect(await history.run([result('success')])).toEqual([])
})

test('a damaged file is begun anew', async () => {
  await using history = await createHistory()
  await history.run([])
  await writeFile(history.path, 'no database at all, but long enough to look like one'.repeat(100))
  await history.run([result('failure')])
  expect(await history.run([result('success')])).toMatchObject([{ passed: 1, failed: 1 }])
})

test('two runs at once both count', async () => {
  await using history = await createHistory()
  await Promise.all(Array.from({ length: 8 }, (_, index) => history.run([result(index % 2 ? 'success' : 'failure')])))
  expect(await history.run([result('success')])).toMatchObject([{ passed: 5, failed: 4 }])
})
