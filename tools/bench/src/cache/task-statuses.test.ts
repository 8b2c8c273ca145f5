import { expect, test } from 'vitest'
import { mustAllBe } from './task-statuses.ts'

const json = JSON.stringify([
  { project: 'made-001', target: 'lint', status: 'remote-cache' },
  { project: 'made-002', target: 'lint', status: 'remote-cache' },
])

test('a run is a measurement when each of its tasks ended as it should', () => {
  expect(() => mustAllBe('remote-cache', 2, json)).not.toThrow()
  expect(() => mustAllBe('success', 2, json)).toThrow('made-001:lint ended with remote-cache, and not with success.')
})

test('it is none when there were fewer tasks, or more', () => {
  expect(() => mustAllBe('remote-cache', 3, json)).toThrow('2 tasks ran, and not 3.')
  expect(() => mustAllBe('remote-cache', 0, '[]')).not.toThrow()
})
