import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { leaveTaskResults, toTaskResults } from './task-results.ts'

type NxResults = Parameters<typeof toTaskResults>[0]
type Status = NxResults[string]['status']

test('the account of a run has key, state and time of every task', () => {
  expect(toTaskResults({ 'foo:build': result('success', { startTime: 1000, endTime: 1250 }) })).toEqual([
    { project: 'foo', target: 'build', ok: true, output: 'done', hash: '123', status: 'success', ms: 250 },
  ])
})

test.each<[Status, string, boolean]>([
  ['success', 'success', true],
  ['local-cache', 'local-cache', true],
  ['local-cache-kept-existing', 'local-cache', true],
  ['remote-cache', 'remote-cache', true],
  ['failure', 'failure', false],
  ['skipped', 'skipped', false],
  ['stopped', 'skipped', false],
])('what Nx calls %s is %s there', (status, known, ok) => {
  expect(toTaskResults({ a: result(status) })).toMatchObject([{ status: known, ok, ms: 0 }])
})

test('the account is left only where a file for it is named', async () => {
  await using folder = await createFolder()
  const path = folder.join('results.json')
  leaveTaskResults(toTaskResults({ a: result('failure') }), path)
  leaveTaskResults([], undefined)

  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject([{ project: 'foo', ok: false, output: 'done' }])
})

function result(status: Status, times: { startTime?: number; endTime?: number } = {}): NxResults[string] {
  const task = {
    id: 'foo:build',
    hash: '123',
    target: { project: 'foo', target: 'build' },
    outputs: [],
    overrides: {},
    parallelism: true,
    cache: true,
    ...times,
  }
  return { task, status, code: 0, terminalOutput: 'done' }
}
