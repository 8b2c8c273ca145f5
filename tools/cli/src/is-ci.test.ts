import { expect, test } from 'vitest'
import { isCi } from './is-ci.ts'

test.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['true', true],
  ['1', true],
  ['woodpecker', true],
])('CI=%s is a CI run: %s', (value, expected) => {
  expect(isCi({ CI: value })).toBe(expected)
})
