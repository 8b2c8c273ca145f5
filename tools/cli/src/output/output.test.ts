import { describe, expect, test } from 'vitest'
import { decideColor, paint } from './color.ts'
import { formatDuration } from './duration.ts'
import { formatTable } from './table.ts'

describe('A table', () => {
  test('aligns its columns and leaves no blanks at line ends', () => {
    expect(
      formatTable(
        [
          ['a', 'long', 'x'],
          ['bbb', 'c', ''],
        ],
        80,
      ),
    ).toBe('a    long  x\nbbb  c')
  })

  test('wraps its last column under itself', () => {
    expect(formatTable([['name', 'one two three four five six']], 30)).toBe('name  one two three four five\n      six')
  })

  test('puts the last column on lines of its own where it would have less than 24 characters', () => {
    const text = formatTable([['a-rather-long-name', 'what this is about, in words']], 36)
    expect(text).toBe('a-rather-long-name\n    what this is about, in words')
  })

  test('never writes a line wider than the terminal, as long as no word is', () => {
    const rows = [
      ['toolchain', 'The pinned tools: list, lock, check, roll back, bundle, put on PATH'],
      ['why', 'Explain where a target comes from and when it runs again: mochi why foo:test'],
    ]
    for (let columns = 30; columns < 120; columns++) {
      const widest = Math.max(
        ...formatTable(rows, columns)
          .split('\n')
          .map((line) => line.length),
      )
      expect(widest, `${columns} columns`).toBeLessThanOrEqual(columns)
    }
  })

  test('counts colours as nothing', () => {
    const painted = paint({ color: true }, 'green', 'ok')
    const [first = '', second = ''] = formatTable(
      [
        [painted, 'x'],
        ['no', 'y'],
      ],
      80,
    ).split('\n')
    expect(first).toBe(`${painted}  x`)
    expect(second).toBe('no  y')
  })

  test('breaks the other columns too where they alone are wider than the terminal', () => {
    const row = ['0123456789abcdef', 'wanted here, current', '2026-11-23T00:00:00Z', '/prefix']
    expect(formatTable([row], 40).split('\n')).toEqual([
      '0123456789abcdef  wanted here, current',
      '    2026-11-23T00:00:00Z',
      '    /prefix',
    ])
  })

  test('without rows is empty', () => {
    expect(formatTable([], 80)).toBe('')
  })
})

describe('Colour', () => {
  test.each([
    ['a terminal', {}, true, true],
    ['no terminal', {}, false, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
    ['NO_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['an empty NO_COLOR, which means nothing', { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
  ])('with %s', (_name, env, isTTY, expected) => {
    expect(decideColor(env, isTTY)).toBe(expected)
  })
})

test('A span is told in the units that a person would say', () => {
  const spans = [0, 999, 1300, 12_000, 125_000, 3_840_000, 266_400_000].map(formatDuration)
  expect(spans).toEqual(['0 ms', '999 ms', '1.3 s', '12 s', '2 min 5 s', '1 h 4 min', '3 d 2 h'])
})
