import { expect, test } from 'vitest'
import type { TaskResult } from '../task-results.ts'
import { splitResults, toResults } from './results.ts'

test('what ran is told, and what was there already or never ran is not', () => {
  const tasks = (['success', 'failure', 'remote-cache', 'local-cache', 'skipped'] as const).map((status) =>
    resultOf({ status }),
  )

  expect(toResults(tasks).tasks.map(({ status }) => status)).toEqual(['success', 'failure', 'remote-cache'])
})

test('what the cache would refuse is left out, and the rest is told', () => {
  const tasks = [
    resultOf({ project: 'with a blank' }),
    resultOf({ project: 'l'.repeat(300) }),
    resultOf({ project: 'größe' }),
    resultOf({ hash: '' }),
    resultOf({ hash: 'abc' }),
    resultOf({ project: 'kept' }),
  ]

  expect(toResults(tasks)).toEqual({ tasks: [{ hash: '1', task: 'kept:build', status: 'success', ms: 5 }] })
})

test('times are those that the cache takes: none below 0, as after a clock was set back, and none above a day', () => {
  expect(toResults([resultOf({ ms: -7 }), resultOf({ ms: 1e9 })]).tasks.map(({ ms }) => ms)).toEqual([0, 86_400_000])
})

test('many are told in pieces of a thousand, each once', () => {
  const tasks = Array.from({ length: 2_001 }, (_, hash) => resultOf({ hash: String(hash) }))
  const pieces = splitResults(toResults(tasks))

  expect(pieces.map((piece) => piece.tasks.length)).toEqual([1_000, 1_000, 1])
  expect(pieces.flatMap((piece) => piece.tasks)).toEqual(toResults(tasks).tasks)
  expect(splitResults({ tasks: [] })).toEqual([])
})

function resultOf(fields: Partial<TaskResult>): TaskResult {
  return { project: 'foo', target: 'build', ok: true, output: '', hash: '1', status: 'success', ms: 5, ...fields }
}
