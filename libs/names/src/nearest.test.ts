import { expect, test } from 'vitest'
import { editDistance, findNearest } from './nearest.ts'

test('A letter lost, added, changed or swapped is forgiven', () => {
  const words = ['registry', 'hello', 'nameserver']
  for (const typo of ['regstry', 'regiistry', 'regizstry', 'rgeistry']) {
    expect(findNearest(typo, words), typo).toEqual(['registry'])
  }
})

test('A word that is far from everything suggests nothing', () => {
  expect(findNearest('xyzzy', ['registry', 'hello'])).toEqual([])
})

test('The beginning of a name, and its last part, are near whatever their length', () => {
  expect(findNearest('name', ['nameserver', 'hello'])).toEqual(['nameserver'])
  expect(findNearest('DAMAGED', ['TOOLCHAIN_LOCK_DAMAGED', 'CLI_CODE_TWICE'])).toEqual(['TOOLCHAIN_LOCK_DAMAGED'])
})

test('The nearest comes first, of equals the first by letter, and three are enough', () => {
  expect(findNearest('tests', ['tess', 'testa', 'test', 'testb', 'texts'])).toEqual(['tess', 'test', 'testa'])
  expect(findNearest('hallo', ['halo-x', 'hullo', 'hallo-y', 'hallo'])[0]).toBe('hallo')
})

test('Upper and lower case do not matter', () => {
  expect(findNearest('HELO', ['hello'])).toEqual(['hello'])
})

test('A word of a million letters is near nothing, and that is known at once', () => {
  expect(findNearest('x'.repeat(1_000_000), ['scopes', 'domain'])).toEqual([])
})

test.each([
  ['scope', 'scopes', 1],
  ['lable', 'label', 1],
  ['servcies', 'services', 1],
  ['port', 'port', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['home', 'host', 2],
])('From %j to %j it is %i letters', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance)
})
