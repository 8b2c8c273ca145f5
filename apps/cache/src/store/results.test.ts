import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { Results } from './results.ts'
import { SCHEMA } from './schema.ts'

const DAY = 86_400_000

function createResults(most?: number) {
  const database = new DatabaseSync(':memory:')
  database.exec(SCHEMA)
  const results = new Results(database, most)
  const tell = (hash: string, now: number, scope = 'main') => {
    for (const status of ['success', 'failure'] as const)
      results.add(scope, { hash, task: 'foo:test', status, ms: 1 }, now)
  }
  return { results, tell, hashes: () => results.flakes(undefined).map(({ hash }) => hash) }
}

test('what nobody has run for a month is forgotten', () => {
  const { results, tell, hashes } = createResults()
  tell('1', DAY)
  tell('2', 2 * DAY)
  results.trim(31.5 * DAY)

  expect(hashes()).toEqual(['2'])
})

test('the oldest go when there are too many, whoever has told them', () => {
  const { tell, hashes } = createResults(100)
  for (let index = 1; index <= 5_000; index += 1) tell(String(index), index)

  expect(hashes()).toEqual(Array.from({ length: 100 }, (_, index) => String(5_000 - index)))
})

test('what branches tell pushes out nothing of main, and stands behind it', () => {
  const { tell, hashes } = createResults(100)
  tell('1', 1)
  for (let index = 2; index <= 5_000; index += 1) tell(String(index), index, `branch:${index % 3}`)

  expect(hashes()).toHaveLength(101)
  expect(hashes().slice(0, 2)).toEqual(['1', '5000'])
})
