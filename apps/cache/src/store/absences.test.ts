import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { Absences } from './absences.ts'
import { SCHEMA } from './schema.ts'

function createAbsences(most: number) {
  const database = new DatabaseSync(':memory:')
  database.exec(SCHEMA)
  const absences = new Absences(database, most)
  const add = (scope: string, hash: string) =>
    absences.add({ at: 1, scope, hash, kind: 'refused', reason: 'it is no gzip', writer: 'ci' })
  const count = () => absences.latest('refused', 10_000).length
  return { absences, add, count }
}

test('the oldest go when there are too many, and nothing of main for what branches do', () => {
  const { absences, add, count } = createAbsences(100)
  add('main', '1')
  for (let index = 2; index <= 1_000; index += 1) add(`branch:${index % 3}`, String(index))

  expect(count()).toBe(101)
  expect(absences.of('1', undefined)).toHaveLength(1)
  expect(absences.of('2', undefined)).toEqual([])
  expect(absences.counts()).toEqual({ refused: 1_000 })
})

test('many refusals of a branch hide from nobody else why a hash is not there', () => {
  const { absences, add } = createAbsences(1_000)
  add('main', '1')
  for (let index = 0; index < 60; index += 1) add('branch:a', '1')

  expect(absences.of('1', ['main'])).toHaveLength(1)
  expect(absences.of('1', ['main', 'branch:b'])).toHaveLength(1)
  expect(absences.of('1', ['main', 'branch:a'])).toHaveLength(50)
})
