import { readFile } from 'node:fs/promises'
import { readConfig, serviceConfig } from '@mochi/service'
import { describe, expect, test } from 'vitest'
import { DURATION_PATTERN, parseDuration } from './duration.ts'
import { parseExpiry, parseInstant } from './instant.ts'
import { HOUR, NOW } from './policy.fixture.ts'
import { parsePolicy, policySettings } from './settings.ts'
import type { PolicySettings } from './settings.ts'

const waiver = { package: 'pad', range: '1.0.0', reviewer: 'ann', reason: 'mends a hole', expires: '2026-12-31' }
const block = { package: '@evil/*', range: '>=2.0.0', reason: 'steals tokens' }
const settings: PolicySettings = { cooldown: '7d', blocked: [block], waivers: [waiver] }

/** The faults of a policy, as its error has them. */
function faultsOf(change: Partial<PolicySettings>): unknown {
  try {
    parsePolicy({ ...settings, ...change }, NOW)
    return []
  } catch (error) {
    expect(error).toMatchObject({ code: 'REGISTRY_POLICY_INVALID' })
    return (error as { facts: { faults: unknown } }).facts.faults
  }
}

test('a policy is read from its settings', () => {
  expect(parsePolicy(settings, NOW)).toMatchObject({
    cooldown: { text: '7d', milliseconds: 7 * 24 * HOUR },
    blocks: [{ block }],
    waivers: [{ waiver, expires: Date.parse('2027-01-01') }],
  })
})

test('a block without a range is of all versions', () => {
  const { blocks } = parsePolicy({ ...settings, blocked: [{ package: 'pad', reason: 'bad' }] }, NOW)
  expect(blocks.map(({ block: { range } }) => range)).toEqual(['*'])
})

test('the example of the README is a policy', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```json\n(.*?)```/s.exec(readme) ?? []
  expect(parsePolicy(JSON.parse(example) as PolicySettings, NOW).waivers).toHaveLength(1)
})

describe('a fault is said with its place, what was expected and what was found:', () => {
  test.each<[string, Partial<PolicySettings>, string, string]>([
    ['a duration', { cooldown: '1 day' }, 'cooldown', '"1 day"'],
    ['a blocked package', { blocked: [{ ...block, package: 'a b' }] }, 'blocked[0].package', '"a b"'],
    ['a blocked scope without names', { blocked: [{ ...block, package: '@evil' }] }, 'blocked[0].package', '"@evil"'],
    ['a blocked range', { blocked: [block, { ...block, range: 'latest' }] }, 'blocked[1].range', '"latest"'],
    ['a block without a reason', { blocked: [{ ...block, reason: ' ' }] }, 'blocked[0].reason', '" "'],
    ['a waiver for many', { waivers: [{ ...waiver, package: 'pad*' }] }, 'waivers[0].package', '"pad*"'],
    ['a waiver of an empty range', { waivers: [{ ...waiver, range: ' ' }] }, 'waivers[0].range', '" "'],
    ['a waiver without a reviewer', { waivers: [{ ...waiver, reviewer: '' }] }, 'waivers[0].reviewer', '""'],
    ['a waiver without a reason', { waivers: [{ ...waiver, reason: '\n' }] }, 'waivers[0].reason', String.raw`"\n"`],
    [
      'a day that never comes',
      { waivers: [{ ...waiver, expires: '2026-02-29' }] },
      'waivers[0].expires',
      '"2026-02-29"',
    ],
    [
      'a time without a zone',
      { waivers: [{ ...waiver, expires: '2026-02-01T00:00:00' }] },
      'waivers[0].expires',
      '"2026-02-01T00:00:00"',
    ],
    [
      'a waiver for more than a year',
      { waivers: [{ ...waiver, expires: '2027-01-20' }] },
      'waivers[0].expires',
      '"2027-01-20"',
    ],
  ])('%s', (_, change, key, found) => {
    expect(faultsOf(change)).toEqual([{ key, expected: expect.any(String), found }])
  })

  test('all of them at once', () => {
    const wrong = {
      ...settings,
      cooldown: 'soon',
      blocked: [{ ...block, range: 'x y' }],
      waivers: [{ ...waiver, expires: '' }],
    }
    expect(() => parsePolicy(wrong, NOW)).toThrow(
      expect.objectContaining({
        where: 'cooldown',
        message: `The policy of the registry has 3 faults:

cooldown expected a duration such as 24h, 7d or 0, found "soon"

blocked[0].range expected a range of versions such as ^1.2.0, found "x y"

waivers[0].expires expected a day such as 2026-12-31, or a time, found ""`,
      }),
    )
  })
})

test('a waiver may last a year, and one that has expired is no fault', () => {
  expect(faultsOf({ waivers: [{ ...waiver, expires: '2027-01-15' }] })).toEqual([])
  expect(faultsOf({ waivers: [{ ...waiver, expires: '2019-01-15' }] })).toEqual([])
})

describe('the configuration', () => {
  const manifest = { name: '@mochi/registry', version: '0.1.0' }
  const schema = serviceConfig(manifest, policySettings)

  test('is a day of waiting, nothing blocked and nothing waived, where nothing is said', () => {
    expect(readConfig(schema, {})).toMatchObject({ cooldown: '24h', blocked: [], waivers: [] })
  })

  test('takes what a policy can be made of', () => {
    const { cooldown, blocked, waivers } = readConfig(schema, {
      REGISTRY_COOLDOWN: '7d',
      REGISTRY_BLOCKED: JSON.stringify([block]),
      REGISTRY_WAIVERS: JSON.stringify([waiver]),
    })
    expect({ cooldown, blocked, waivers }).toEqual(settings)
  })

  test.each([
    ['REGISTRY_COOLDOWN', '1 day'],
    ['REGISTRY_BLOCKED', JSON.stringify([{ package: 'pad' }])],
    ['REGISTRY_WAIVERS', JSON.stringify([{ ...waiver, reviewer: undefined }])],
    ['REGISTRY_WAIVERS', JSON.stringify([{ ...waiver, reviewer: '' }])],
    ['REGISTRY_WAIVERS', JSON.stringify([{ ...waiver, until: '2026-12-31' }])],
  ])('refuses %s=%s', (variable, value) => {
    expect(() => readConfig(schema, { [variable]: value })).toThrow(
      expect.objectContaining({ code: 'CONFIG_SERVICE_INVALID' }),
    )
  })
})

test.each([
  ['0', 0],
  ['90s', 90e3],
  ['30m', HOUR / 2],
  ['24h', 24 * HOUR],
  ['7d', 168 * HOUR],
  ['2w', 336 * HOUR],
  ['', undefined],
  ['24', undefined],
  ['-1h', undefined],
  ['1.5h', undefined],
  ['0h', undefined],
  ['100000h', undefined],
])('the duration %j is %j ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
  expect(new RegExp(DURATION_PATTERN).test(text)).toBe(milliseconds !== undefined)
})

test.each([
  ['2026-01-15T12:00:00Z', '2026-01-15T12:00:00.000Z'],
  ['2026-01-15T12:00:00.123Z', '2026-01-15T12:00:00.123Z'],
  ['2026-01-15T12:00:00+02:00', '2026-01-15T10:00:00.000Z'],
  ['2024-02-29', '2024-03-01T00:00:00.000Z'],
  ['2026-12-31', '2027-01-01T00:00:00.000Z'],
])('what expires %j does so at %s', (text, instant) => {
  expect(parseExpiry(text)).toBe(Date.parse(instant))
})

test.each([
  '',
  '1',
  '2026',
  '2026-13-01',
  '2026-01-15T25:00:00Z',
  '2026-01-15 12:00:00Z',
  ' 2026-01-15',
  'Thu Jan 15 2026',
])('%j is no time at all', (text) => {
  expect([parseInstant(text), parseExpiry(text)]).toEqual([undefined, undefined])
})
