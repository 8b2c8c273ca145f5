import { expect, test } from 'vitest'
import { mustBeCached } from './must-be-cached.ts'

test.each([
  ['Nx read the output from the cache instead of running the command for 1 out of 1 tasks.'],
  ['> nx run foo:test  [local cache]'],
  ['  Cache:             1/1 hit (100%)'],
])('a test was answered from the cache where Nx says: %s', (output) => {
  expect(() => mustBeCached(output)).not.toThrow()
})

test('a test that was run is no measurement of the cache', () => {
  expect(() => mustBeCached('> nx run foo:test\n  Cache:             0/1 hit (0%)\n')).toThrow(
    'was not cached:\n> nx run',
  )
})
