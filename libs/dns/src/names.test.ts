import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSameName, isWithin, normalizeName } from './index.ts'
import { names } from './messages.fixture.ts'
import { canonicalName, formatLabel, parseName } from './names.ts'

describe('a name', () => {
  test('has one text, and the text one name', () => {
    fc.assert(
      fc.property(names(), (name) => {
        const labels = parseName(name)
        expect(labels.map((label) => formatLabel(label, 0, label.length)).join('.') || '.').toBe(name)
        expect(normalizeName(name)).toBe(name)
      }),
    )
  })

  test.each([
    ['example.com.', 'example.com'],
    ['.', '.'],
    ['a\\.b.example', 'a\\.b.example'],
    ['a\\046b', 'a\\.b'],
    ['\\097', 'a'],
    ['\\\\.example', '\\\\.example'],
    ['a b', 'a\\032b'],
    ['end\\.', 'end\\.'],
  ])('%s is written %s', (name, normal) => {
    expect(normalizeName(name)).toBe(normal)
  })

  test.each([
    '',
    '..',
    'a..b',
    '.a',
    'x'.repeat(64),
    Array.from({ length: 128 }, () => 'a').join('.'),
    'a\\',
    'a\\256',
    'bücher€',
  ])('%s is none', (name) => {
    expect(() => normalizeName(name)).toThrow(expect.objectContaining({ code: 'DNS_NAME_INVALID' }))
  })

  test('is the same in upper and lower case', () => {
    expect(isSameName('A.example', 'a.EXAMPLE')).toBe(true)
    expect(isSameName('a.example', 'b.example')).toBe(false)
    expect(canonicalName('A.b')).toEqual(Buffer.from('\x01a\x01b\0'))
  })

  test.each([
    ['a.example', 'example', true],
    ['A.EXAMPLE', 'example', true],
    ['example', 'example', true],
    ['example', '.', true],
    ['an-example', 'example', false],
    ['a\\.example', 'example', false],
    ['a\\\\.example', 'example', true],
    ['example', 'a.example', false],
  ])('%s within %s: %s', (name, zone, within) => {
    expect(isWithin(name, zone)).toBe(within)
  })
})
