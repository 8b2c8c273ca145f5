import { expect, expectTypeOf, test } from 'vitest'
import { flavors, isFlavor } from './index.ts'
import type { Flavor } from './index.ts'

test('there are exactly three flavors', () => {
  expect(flavors).toEqual(['localdev', 'dev', 'prod'])
  expectTypeOf<Flavor>().toEqualTypeOf<'localdev' | 'dev' | 'prod'>()
})

test.each(['localdev', 'dev', 'prod'])('%s is a flavor', (flavor) => {
  expect(isFlavor(flavor)).toBe(true)
})

test.each(['', 'Dev', 'dev ', 'staging', 'production', 'toString', undefined, null, 1, ['dev']])(
  '%j is no flavor',
  (value) => {
    expect(isFlavor(value)).toBe(false)
  },
)
