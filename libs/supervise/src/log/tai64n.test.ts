import { expect, test } from 'vitest'
import { formatArchiveName, parseArchiveName } from './archive-name.ts'
import { formatIso, formatStamp, parseIso, parseStamp } from './stamp.ts'
import { formatTai64n, parseTai64n } from './tai64n.ts'

const MOMENT = Date.parse('2026-11-23T08:15:30.123Z') * 1000 + 456

test('a label is what tai64nlocal of daemontools reads: ten seconds ahead of UTC, whatever the leap seconds are', () => {
  // The label of tai64nlocal(8). Its page shows it 22 s earlier, with a zone that knows the leap seconds from 1972 to 1999.
  expect(parseTai64n('@4000000037c219bf2ef02e94 mark')).toBe(Date.parse('1999-08-24T04:04:05Z') * 1000 + 787_492)
  expect(formatTai64n(0)).toBe('@400000000000000a00000000')
  expect(formatTai64n(MOMENT)).toBe(`@400000006b03f62c${(123_456_000).toString(16).padStart(8, '0')}`)
})

test.each([0, 1, 999_999, 1_000_000, MOMENT, MOMENT + 1])('what is formatted is parsed again: %d', (micros) => {
  expect(parseTai64n(formatTai64n(micros))).toBe(micros)
  expect(parseIso(formatIso(micros))).toBe(micros)
  for (const stamp of ['iso', 'tai64n'] as const) {
    expect(parseStamp(`${formatStamp(stamp, micros)}a line`)).toBe(micros)
    expect(parseArchiveName(formatArchiveName(stamp, micros))).toMatchObject({ micros, isCompressed: false })
    expect(parseArchiveName(`${formatArchiveName(stamp, micros)}.gz`)).toMatchObject({ micros, isCompressed: true })
  }
})

test('an ISO stamp has microseconds and names the zone', () => {
  expect(formatStamp('iso', MOMENT)).toBe('2026-11-23T08:15:30.123456Z ')
  expect(formatStamp('none', MOMENT)).toBe('')
  expect(formatArchiveName('iso', MOMENT)).toBe('2026-11-23T08-15-30.123456Z.log')
})

test.each(['', 'current', 'inflight', 'status.json', '2026-11-23T08-15-30.123456Z.log.gz.part', '@40000.s', 'x.log'])(
  '%j is no archive',
  (name) => {
    expect(parseArchiveName(name)).toBeUndefined()
    expect(parseStamp(name.slice(0, 5))).toBeUndefined()
  },
)
