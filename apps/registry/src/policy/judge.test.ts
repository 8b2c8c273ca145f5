import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Packument } from '../packument/packument.ts'
import { isAllowed, judge, judgeVersion, nextChange, undecided } from './judge.ts'
import type { Verdict } from './judge.ts'
import { ago, HOUR, NOW, packumentOf, packuments, policies, policyOf } from './policy.fixture.ts'
import type { PolicySettings } from './settings.ts'

/** The verdict of one version published at a time, under a policy of these settings. */
function verdictOf(settings: Partial<PolicySettings>, published: string | undefined, version = '1.0.0'): Verdict {
  const packument = packumentOf({ [version]: published })
  const verdict = judgeVersion(policyOf(settings), packument, { version, now: NOW })
  expect(judge(policyOf(settings), packument, NOW).get(version)).toEqual(verdict)
  return verdict
}

const waiver = { package: 'pad', range: '1.0.0', reviewer: 'ann', reason: 'mends a hole', expires: '2026-01-20' }
const block = { package: 'pad', range: '1.0.0', reason: 'steals tokens' }

describe('a version waits after its publication', () => {
  test('and is refused until then, with the moment from which it is allowed', () => {
    expect(verdictOf({ cooldown: '24h' }, ago(23))).toEqual({
      allowed: false,
      rule: 'cooldown',
      reason: 'it was published at 2026-01-14T13:00:00.000Z, and versions wait 24h',
      from: NOW + HOUR,
    })
  })

  test('and is allowed from that moment on', () => {
    expect(verdictOf({ cooldown: '24h' }, ago(24))).toEqual({ allowed: true })
  })

  test('but not where nothing has to wait', () => {
    expect(verdictOf({ cooldown: '0' }, ago(0))).toEqual({ allowed: true })
  })
})

describe('a version whose date cannot be believed is refused', () => {
  test.each([
    [undefined, 'nothing says when it was published'],
    ['', '"" is said to be when it was published, and is no time'],
    ['2014', '"2014" is said to be when it was published, and is no time'],
    ['2014-03-14', '"2014-03-14" is said to be when it was published, and is no time'],
    ['2014-03-14T02:18:51', '"2014-03-14T02:18:51" is said to be when it was published, and is no time'],
    ['2014-02-30T02:18:51Z', '"2014-02-30T02:18:51Z" is said to be when it was published, and is no time'],
    ['+275760-09-13T00:00:00Z', '"+275760-09-13T00:00:00Z" is said to be when it was published, and is no time'],
  ])('when it is %j', (published, reason) => {
    expect(verdictOf({}, published)).toEqual({ allowed: false, rule: 'undated', reason })
  })

  test('when it lies ahead, until it has come, and then has to wait like others', () => {
    expect(verdictOf({ cooldown: '24h' }, ago(-1))).toEqual({
      allowed: false,
      rule: 'undated',
      reason: 'it is said to have been published at 2026-01-15T13:00:00.000Z, in the future',
      until: NOW + HOUR,
      from: NOW + 25 * HOUR,
    })
  })
})

describe('a blocked version', () => {
  test('is refused with the reason, whatever its date', () => {
    const refused = { allowed: false, rule: 'blocked', reason: 'pad@1.0.0 is blocked: steals tokens', block }
    expect(verdictOf({ blocked: [block], cooldown: '24h' }, ago(1))).toEqual(refused)
    expect(verdictOf({ blocked: [block] }, ago(9999))).toEqual(refused)
  })

  test.each([
    ['pad', 'pad', true],
    ['pad', 'pads', false],
    ['pa.', 'pad', false],
    ['@evil/*', '@evil/pad', true],
    ['@evil/*', '@evil2/pad', false],
    ['*-evil', '@scope/pad-evil', true],
    ['p*d', 'pad', true],
    ['*', '@scope/pad', true],
  ])('of the packages %j is one of %j: %j', (pattern, name, isBlocked) => {
    const policy = policyOf({ blocked: [{ package: pattern, reason: 'bad' }] })
    const verdicts = judge(policy, packumentOf({ '1.0.0': ago(1) }, {}, name), NOW)
    expect(isAllowed(verdicts, '1.0.0')).toBe(!isBlocked)
  })

  test.each([
    [undefined, '0.0.1-rc.1', true],
    ['*', '2.0.0-rc.1', true],
    ['>=1.0.0', '2.0.0-rc.1', true],
    ['^1.0.0', '1.2.0-rc.1', true],
    ['^1.0.0', '2.0.0', false],
    ['<1.0.0 || 1.2.3', '1.2.3', true],
  ])('of the range %j is one of %j, prereleases too: %j', (range, version, isBlocked) => {
    const verdict = verdictOf(
      { blocked: [{ package: 'pad', reason: 'bad', ...(range && { range }) }] },
      ago(1),
      version,
    )
    expect(verdict.allowed).toBe(!isBlocked)
  })
})

describe('a waiver', () => {
  const expires = Date.parse('2026-01-21T00:00:00Z')

  test.each([
    ['a block', { blocked: [block] }, ago(99), expires],
    ['a missing date', {}, undefined, expires],
    ['a date that is none', {}, 'soon', expires],
    ['a wait, until that is over', { cooldown: '24h' }, ago(23), NOW + HOUR],
    ['a wait that is longer than itself', { cooldown: '30d' }, ago(23), expires],
    ['a date ahead', { cooldown: '24h' }, ago(-1), NOW + 25 * HOUR],
  ])('outdoes %s', (_, settings, published, until) => {
    expect(verdictOf({ ...settings, waivers: [waiver] }, published)).toEqual({ allowed: true, waiver, until })
  })

  test('is not told of where nothing stands against the version', () => {
    expect(verdictOf({ waivers: [waiver] }, ago(1))).toEqual({ allowed: true })
  })

  test.each([
    ['that has expired', { expires: '2026-01-14' }],
    ['that expires now', { expires: '2026-01-15T12:00:00Z' }],
    ['of another package', { package: 'dap' }],
    ['of other versions', { range: '^1.0.1' }],
  ])('%s does nothing', (_, change) => {
    expect(verdictOf({ blocked: [block], waivers: [{ ...waiver, ...change }] }, ago(99))).toMatchObject({
      rule: 'blocked',
    })
  })

  test('lets no prerelease through that its range does not name', () => {
    const settings = { cooldown: '24h', waivers: [{ ...waiver, range: '^1.0.0' }] }
    expect(verdictOf(settings, ago(1), '1.1.0-rc.1').allowed).toBe(false)
    expect(verdictOf(settings, ago(1), '1.1.0').allowed).toBe(true)
  })

  test('of a day holds until its end in UTC', () => {
    const last = { ...waiver, expires: '2026-01-15' }
    expect(verdictOf({ blocked: [block], waivers: [last] }, ago(99))).toMatchObject({
      allowed: true,
      until: Date.parse('2026-01-16T00:00:00Z'),
    })
  })

  test('gives way to one that expires later', () => {
    const later = { ...waiver, expires: '2026-02-01' }
    expect(verdictOf({ blocked: [block], waivers: [waiver, later] }, ago(99))).toMatchObject({ waiver: later })
  })
})

describe('what no rule can be asked about is refused:', () => {
  test('a version that the packument does not have', () => {
    const verdict = judgeVersion(policyOf({}), packumentOf({}), { version: 'constructor', now: NOW })
    expect(verdict).toEqual({ allowed: false, rule: 'undecided', reason: 'the packument does not have it' })
  })

  test('a version of which no range can say whether it is blocked', () => {
    const versions = { one: { name: 'pad', version: 'one', dist: { tarball: 'one.tgz' } } }
    const packument = { ...packumentOf({}), versions, time: { one: ago(99) } }
    const policy = policyOf({ blocked: [{ package: 'pad', range: '1.0.0', reason: 'bad' }] })
    const verdict = judge(policy, packument, NOW).get('one')
    expect(verdict).toEqual(undecided('it has no number that a range could be asked about'))
  })

  test('a version without a verdict', () => {
    expect(isAllowed(new Map(), '1.0.0')).toBe(false)
  })
})

describe('what upstream has removed', () => {
  const DAYS = 24
  const removed = (published: string, facts: object = {}): Packument => ({
    ...packumentOf({ '1.0.0': published }),
    removed: { '1.0.0': { last: NOW - HOUR, by: NOW, ...facts } },
  })
  const judgeOne = (packument: Packument, settings: Parameters<typeof policyOf>[0] = {}) =>
    judge(policyOf(settings), packument, NOW).get('1.0.0')

  test('within 30 days of its publication is refused, with the day', () => {
    expect(judgeOne(removed(ago(29 * DAYS)))).toEqual({
      allowed: false,
      rule: 'removed-upstream',
      reason: 'upstream removed it by 2026-01-15T12:00:00.000Z, within 30 days of its publication',
    })
  })

  test('later is given as before', () => {
    expect(judgeOne(removed(ago(31 * DAYS)))).toEqual({ allowed: true })
  })

  test('and replaced by a placeholder is refused however old it is', () => {
    expect(judgeOne(removed(ago(400 * DAYS), { isReplaced: true }))).toMatchObject({
      rule: 'removed-upstream',
      reason: 'upstream replaced the package by a security placeholder by 2026-01-15T12:00:00.000Z',
    })
  })

  test('is given all the same by a waiver', () => {
    const waiver = { package: 'pad', range: '1.0.0', reviewer: 'ann', reason: 'fine', expires: ago(-2) }
    expect(judgeOne(removed(ago(1 * DAYS)), { waivers: [waiver] })).toMatchObject({ allowed: true, waiver })
  })
})

/** Nothing gets through that has no time of publication, or none that lies so far back; `judged` is the one that is tried. */
function refusesWhatHasNotWaited(judged: typeof judge): void {
  fc.assert(
    fc.property(packuments, policies, (packument, policy) => {
      for (const [version, verdict] of judged({ ...policy, waivers: [] }, packument, NOW)) {
        const published = Date.parse(packument.time?.[version] ?? '')
        const hasWaited = NOW - published >= policy.cooldown.milliseconds
        expect(hasWaited || !verdict.allowed).toBe(true)
      }
    }),
  )
}

describe('without a waiver nothing gets through that is not known to have waited', () => {
  test('by the judge of the registry', () => refusesWhatHasNotWaited(judge))

  test('which one that lets the undated through does not manage', () => {
    const naive: typeof judge = (policy, packument, now) => {
      const verdicts = judge(policy, packument, now)
      for (const [version, verdict] of verdicts) {
        if (!verdict.allowed && verdict.rule === 'undated') verdicts.set(version, { allowed: true })
      }
      return verdicts
    }
    expect(() => refusesWhatHasNotWaited(naive)).toThrow()
  })
})

test('verdicts are the same until the moment at which the next one changes, and others from then on', () => {
  fc.assert(
    fc.property(packuments, policies, fc.integer({ min: -50 * HOUR, max: 800 * HOUR }), (packument, policy, shift) => {
      const now = NOW + shift
      const verdicts = judge(policy, packument, now)
      const next = nextChange(verdicts)
      expect(next ?? Infinity).toBeGreaterThan(now)
      expect(judge(policy, packument, (next ?? Date.parse('2100-01-01')) - 1)).toEqual(verdicts)
      if (next !== undefined) expect(judge(policy, packument, next)).not.toEqual(verdicts)
    }),
  )
})

test('a version is allowed at the moment that its refusal names, and not before', () => {
  fc.assert(
    fc.property(packuments, policies, (packument, policy) => {
      const withoutWaivers = { ...policy, waivers: [] }
      for (const [version, verdict] of judge(withoutWaivers, packument, NOW)) {
        if (verdict.allowed || verdict.from === undefined) continue
        const judgeAt = (now: number) => judgeVersion(withoutWaivers, packument, { version, now }).allowed
        expect([judgeAt(verdict.from - 1), judgeAt(verdict.from)]).toEqual([false, true])
      }
    }),
  )
})
