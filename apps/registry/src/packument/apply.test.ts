import fc from 'fast-check'
import { satisfies } from 'semver'
import { describe, expect, test } from 'vitest'
import { isAllowed, judge, undecided } from '../policy/judge.ts'
import { ago, NOW, packumentOf, packuments, policies, policyOf } from '../policy/policy.fixture.ts'
import { applyVerdicts } from './apply.ts'
import { parsePackument } from './packument.ts'
import { pad } from './packuments.fixture.ts'
import { renderAbbreviated, renderFull } from './render.fixture.ts'

/** The dist-tags that clients see when `allowed` are the only versions that are. */
function tagsOf(versions: string[], tags: Record<string, string>, allowed: string[]): Record<string, string> {
  const published = Object.fromEntries(
    versions.map((version) => [version, allowed.includes(version) ? ago(2) : undefined]),
  )
  const packument = packumentOf(published, tags)
  return applyVerdicts(packument, judge(policyOf({ cooldown: '1h' }), packument, NOW))['dist-tags']
}

test('a packument of which nothing is refused stays as it is', () => {
  const { packument } = parsePackument('pad', JSON.stringify(pad))
  expect(applyVerdicts(packument, judge(policyOf({}), packument, NOW))).toEqual(packument)
})

test('a refused version is neither among the versions nor the times, and the rest stays', () => {
  const { packument } = parsePackument('pad', JSON.stringify(pad))
  const policy = policyOf({ blocked: [{ package: 'pad', range: '1.3.0', reason: 'bad' }] })
  const { '1.3.0': version, ...versions } = pad.versions
  const { '1.3.0': published, ...time } = pad.time
  expect([version, published]).toBeDefined()
  expect(applyVerdicts(packument, judge(policy, packument, NOW))).toEqual({
    ...pad,
    versions,
    time,
    'dist-tags': { latest: '1.0.0', next: '2.0.0-rc.1' },
  })
})

test('the time of a version that upstream no longer has is left out', () => {
  const packument = packumentOf({ '1.0.0': ago(2) })
  const withMore = { ...packument, time: { ...packument.time, '0.9.0': ago(3) } }
  expect(applyVerdicts(withMore, judge(policyOf({}), withMore, NOW)).time).not.toHaveProperty('0.9.0')
})

test('without any allowed version it has no version and no tag', () => {
  const packument = packumentOf({ '1.0.0': undefined }, { latest: '1.0.0', next: '1.0.0' })
  expect(applyVerdicts(packument, judge(policyOf({}), packument, NOW))).toMatchObject({ versions: {}, 'dist-tags': {} })
})

test('without times it has none, and no version', () => {
  const { time, ...undated } = packumentOf({ '1.0.0': ago(2) })
  expect(time).toBeDefined()
  const applied = applyVerdicts(undated, judge(policyOf({}), undated, NOW))
  expect(applied.versions).toEqual({})
  expect(applied).not.toHaveProperty('time')
})

test('a version without a verdict is not given', () => {
  const packument = packumentOf({ '1.0.0': ago(2) }, { latest: '1.0.0' })
  expect(applyVerdicts(packument, new Map())).toMatchObject({ versions: {}, 'dist-tags': {} })
  expect(applyVerdicts(packument, new Map([['1.0.0', undecided('broken')]]))).toMatchObject({ versions: {} })
})

describe('latest moves', () => {
  const versions = ['1.0.0', '1.1.0', '1.2.0-rc.1', '1.2.0-rc.2', '2.0.0', '3.0.0-beta.1', '10.0.0', '11.0.0-beta.1']

  test.each([
    ['to the highest release below', '2.0.0', ['1.0.0', '1.1.0', '1.2.0-rc.1', '10.0.0'], '1.1.0'],
    ['to the highest release below a prerelease too', '1.2.0-rc.2', ['1.0.0', '1.2.0-rc.1', '2.0.0'], '1.0.0'],
    ['to the highest release where there is none below', '1.0.0', ['2.0.0', '10.0.0', '11.0.0-beta.1'], '10.0.0'],
    ['to the highest prerelease where there is no release', '2.0.0', ['1.2.0-rc.1', '3.0.0-beta.1'], '3.0.0-beta.1'],
    ['to the highest release where it pointed nowhere', 'nowhere', ['1.0.0', '1.1.0'], '1.1.0'],
    ['to the highest release where it is a range', '1.0.0 || 1.1.0', ['1.0.0', '1.1.0', '2.0.0'], '2.0.0'],
    ['nowhere without any', '2.0.0', [], undefined],
    ['not at all where it may stay', '1.0.0', ['1.0.0', '1.1.0'], '1.0.0'],
  ])('%s', (_, latest, allowed, becomes) => {
    expect(tagsOf(versions, { latest }, allowed)['latest']).toBe(becomes)
  })

  test('but no other tag does, and where there was no latest none is made', () => {
    expect(tagsOf(['1.0.0', '2.0.0'], { next: '2.0.0', old: '1.0.0' }, ['1.0.0'])).toEqual({ old: '1.0.0' })
  })
})

test('what is refused is not to be found in what clients get, neither by version nor by tag, range or time', () => {
  fc.assert(
    fc.property(packuments, policies, (packument, policy) => {
      const verdicts = judge(policy, packument, NOW)
      const applied = applyVerdicts(packument, verdicts)
      for (const render of [renderFull, renderAbbreviated]) {
        const { packument: seen } = parsePackument('pad', render(applied, 'https://registry.example'))
        const reachable = [
          ...Object.keys(seen.versions),
          ...Object.values(seen['dist-tags']),
          ...Object.keys(seen.time ?? {}),
        ]
        const versions = reachable.filter((key) => key !== 'created' && key !== 'modified')
        expect(versions.filter((version) => !isAllowed(verdicts, version))).toEqual([])
      }
    }),
  )
})

test('what is allowed is all there, and where latest has moved no other allowed release is between it and where it was', () => {
  fc.assert(
    fc.property(packuments, policies, (packument, policy) => {
      const verdicts = judge(policy, packument, NOW)
      const { versions, 'dist-tags': tags } = applyVerdicts(packument, verdicts)
      const allowed = Object.keys(packument.versions).filter((version) => isAllowed(verdicts, version))
      expect(Object.keys(versions)).toEqual(allowed)
      const given = packument['dist-tags']['latest']
      const { latest } = tags
      expect(latest === undefined).toBe(given === undefined || allowed.length === 0)
      if (given === undefined || latest === undefined || isAllowed(verdicts, given)) return
      const better = allowed.filter((version) => satisfies(version, `>${latest} <=${given}`))
      expect(better).toEqual([])
    }),
  )
})
