import { expect, test } from 'vitest'
import { compareLoads, describeMemory } from './compare-loads.ts'

test('two servers are compared by the time between two answers', async () => {
  const side = (ms: number) => ({
    label: `${ms}`,
    pids: [process.pid],
    load: () => Promise.resolve({ requests: 10, ms, clients: 10 }),
  })
  const result = await compareLoads({
    what: 'an answer',
    ours: side(100),
    other: { ...side(1000), name: 'Verdaccio' },
    pairs: 1,
    goal: { of: 'ratio', most: 1 },
    note: 'Nothing is cold.',
  })

  expect(result.pairs).toEqual([{ ours: 10, other: 100 }])
  expect(result.note).toMatch(/^Nothing is cold\./)
  if (process.platform === 'linux')
    expect(result.note).toMatch(/ of Verdaccio [\d.]+ ms; .* has had at most \d+ MB of memory\.$/)
})

test('memory is said where it is known, with its goal where it has one', () => {
  expect(describeMemory('It', 99.6)).toBe('It has had at most 100 MB of memory.')
  expect(describeMemory('It', 99.6, 350)).toBe('It has had at most 100 MB of memory; the goal is less than 350 MB.')
  expect(describeMemory('It', undefined)).toBe('')
})
