import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const keys = ['$schema', 'scopes', 'domain', 'label', 'idcs', 'services']

test.each([
  ['scope', 'scopes'],
  ['Scopes', 'scopes'],
  ['lable', 'label'],
  ['labels', 'label'],
  ['servcies', 'services'],
  ['idc', 'idcs'],
  ['schema', '$schema'],
  ['', undefined],
  ['registry', undefined],
  ['x'.repeat(1_000_000), undefined],
])('near %.20s lies %s', (word, expected) => {
  expect(nearest(word, keys)).toBe(expected)
})

test('of two words the nearer one is chosen', () => {
  expect(nearest('services', ['servicez', 'services2', 'services'])).toBe('services')
})
