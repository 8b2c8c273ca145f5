import { expect, test } from 'vitest'
import { normalizeArguments } from './arguments.ts'

test.each([
  [[], ['status']],
  [['--json'], ['status', '--json']],
  [
    ['--explain', 'CODE'],
    ['explain', 'CODE'],
  ],
  [
    ['--explain=CODE', '--json'],
    ['explain', 'CODE', '--json'],
  ],
  [['--explain'], ['explain']],
  [['help'], ['--help']],
  [
    ['help', 'toolchain', 'lock'],
    ['toolchain', 'lock', '--help'],
  ],
  [
    ['exec', '--', 'help'],
    ['exec', '--', 'help'],
  ],
])('%j means %j', (typed, meant) => {
  expect(normalizeArguments(typed)).toEqual(meant)
})
