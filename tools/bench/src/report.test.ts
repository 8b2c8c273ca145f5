import * as prettier from 'prettier'
import { describe, expect, test } from 'vitest'
import type { Result } from './comparison.ts'
import type { Machine } from './machine.ts'
import { formatReport, formatTime, isMet } from './report.ts'

const machine: Machine = {
  cpu: 'A processor',
  cores: 2,
  memoryGiB: 7.75,
  system: 'Debian 12, Linux 6.1 x64',
  node: 'v26.10.0',
  load: { before: 0.03, after: 0.05 },
  date: '2026-11-23',
}

const result: Result = {
  what: 'warm start',
  labels: { ours: './mochi exec -- node -v', other: 'node -v' },
  pairs: [
    { ours: 40, other: 30 },
    { ours: 44, other: 22 },
    { ours: 42, other: 35 },
  ],
  goal: { of: 'difference', most: 10 },
  note: 'Nothing is installed.',
}

const report = { name: 'toolchain', introduction: 'How fast.', machine, results: [result], missing: [] }

describe('a report', () => {
  test('has each comparison in one line, ratio and difference pair by pair', () => {
    const row = formatReport(report)
      .split('\n')
      .find((line) => line.startsWith('| warm start'))
    expect(row?.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'warm start',
      '42.0 ms (40.0 ms to 44.0 ms)',
      '30.0 ms (22.0 ms to 35.0 ms)',
      '10.0 ms',
      '1.33 (1.20 to 2.00)',
      '≤ 10.0 ms more',
      'yes',
      '3',
      '',
    ])
  })

  test('says what was run, what to know, and on which machine', () => {
    const text = formatReport(report)
    expect(text).toContain('- **warm start**: `./mochi exec -- node -v` against `node -v`. Nothing is installed.')
    expect(text).toContain('- processor: A processor, 2 cores\n- memory: 7.8 GiB\n')
    expect(text).toContain('- load of others: 0.03 processors before the run, 0.05 after it\n')
    expect(text).not.toContain('Not measured')
  })

  test('says what was not measured, and why', () => {
    const missing = [{ what: 'the peer', why: 'the registry cannot be reached' }]
    expect(formatReport({ ...report, missing })).toContain('- **the peer**: the registry cannot be reached')
    expect(formatReport({ ...report, results: [], missing })).not.toContain('| what')
  })

  test('says so when the machine was busy', () => {
    expect(formatReport(report)).not.toContain('busy')
    const busy = { ...machine, load: { before: 0.03, after: 1.7 } }
    expect(formatReport({ ...report, machine: busy })).toContain('**The machine was busy')
  })

  test('says of each goal what it is about', () => {
    const goals = [
      { of: 'time', most: 500 },
      { of: 'difference', most: 2000 },
      { of: 'ratio', most: 1.3 },
    ] as const
    const text = formatReport({ ...report, results: goals.map((goal) => ({ ...result, goal })) })
    const cells = text
      .split('\n')
      .flatMap((line) => (line.startsWith('| warm start') ? [line.split('|')[6]?.trim()] : []))
    expect(cells).toEqual(['ours ≤ 500 ms', '≤ 2.00 s more', 'ratio ≤ 1.30'])
  })

  test('has neither goal nor note where there is none', () => {
    const { what, labels, pairs } = result
    const text = formatReport({ ...report, results: [{ what, labels, pairs }] })
    expect(text).toMatch(/^\| warm start .*\) \| +\| +\| 3 +\|$/m)
    expect(text).toContain('- **warm start**: `./mochi exec -- node -v` against `node -v`.\n')
  })

  test('says no where a goal is missed', () => {
    const slow = { ...result, goal: { of: 'difference', most: 9.9 } } as const
    expect(formatReport({ ...report, results: [slow] })).toContain('| **no** |')
  })

  test('has three digits of a ratio that is small, so that a goal of a five hundredth can be judged', () => {
    const few = { ...result, pairs: [{ ours: 0.083, other: 39.3 }], goal: { of: 'ratio', most: 1 / 500 } } as const
    const text = formatReport({ ...report, results: [few] })
    expect(text).toMatch(/ 0\.00211 \(0\.00211 to 0\.00211\) \| ratio ≤ 0\.00200 \| \*\*no\*\* /)
  })

  test('is formatted as prettier formats it', async () => {
    const text = formatReport({
      ...report,
      results: [result, { ...result, what: 'x' }],
      missing: [{ what: 'y', why: 'z' }],
    })
    expect(await prettier.format(text, { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' })).toBe(text)
  })
})

describe('a goal', () => {
  test('is kept by the median of what it is about', () => {
    expect(isMet(result, { of: 'time', most: 42 })).toBe(true)
    expect(isMet(result, { of: 'time', most: 41.9 })).toBe(false)
    expect(isMet(result, { of: 'difference', most: 10 })).toBe(true)
    expect(isMet(result, { of: 'ratio', most: 1.34 })).toBe(true)
    expect(isMet(result, { of: 'ratio', most: 1.3 })).toBe(false)
  })
})

test.each([
  [0.4156, '0.416 ms'],
  [4.156, '4.16 ms'],
  [9.999, '10.0 ms'],
  [415.6, '416 ms'],
  [999.6, '1.00 s'],
  [29_000, '29.0 s'],
  [-3, '-3.00 ms'],
  [0, '0 ms'],
])('%d milliseconds are written %s', (ms, text) => {
  expect(formatTime(ms)).toBe(text)
})
