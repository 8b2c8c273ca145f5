import { expect, test } from 'vitest'
import { parseNodes } from './up.ts'

test('--nodes takes a name and a count', () => {
  expect(parseNodes('hello=3')).toEqual(['hello', 3])
  expect(parseNodes('user-profile=99')).toEqual(['user-profile', 99])
})

test.each(['hello', 'hello=', '=3', 'hello=0', 'hello=100', 'hello=-1', 'hello=1.5', 'hello=3=4', ''])(
  '--nodes %j is refused with what was expected',
  (text) => {
    expect(() => parseNodes(text)).toThrow(`Expected NAME=COUNT with a count from 1 to 99, found "${text}".`)
  },
)
