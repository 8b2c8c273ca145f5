import { expect, test } from 'vitest'
import { innermostCauses } from './innermost-causes.ts'

test('Only the innermost cause of a wrapped error is told, and once', () => {
  const fault = new Error('ValueExpected in apps/foo/package.json at 2:1\n')
  const configurations = Object.assign(new Error('Failed'), { errors: [['apps/foo/package.json', fault], fault] })
  const plugin = new Error('Could not load plugin', { cause: configurations })
  expect(innermostCauses(new AggregateError([new AggregateError([plugin])], 'Failed to load'))).toEqual([
    'ValueExpected in apps/foo/package.json at 2:1',
  ])
})

test('An error that wraps nothing is told itself', () => {
  expect(innermostCauses(new Error('two projects of one name'))).toEqual(['two projects of one name'])
  expect(innermostCauses('a text')).toEqual(['a text'])
})
