import { describe, expect, test } from 'vitest'
import type { Packument } from '../packument/packument.ts'
import { judge } from './judge.ts'
import { ago, NOW, packumentOf, policyOf } from './policy.fixture.ts'
import { refusalOf } from './refusal.ts'
import type { PolicySettings } from './settings.ts'

const refuse = (packument: Packument, version: string, settings: Partial<PolicySettings> = {}) =>
  refusalOf(packument, version, judge(policyOf({ cooldown: '24h', ...settings }), packument, NOW))

test('a refusal names the rule, the moment from which the version is allowed, the nearest and the command', () => {
  const packument = packumentOf({ '1.2.0': ago(99), '1.3.0': ago(23) })
  const reason = 'it was published at 2026-01-14T13:00:00.000Z, and versions wait 24h'
  expect(refuse(packument, '1.3.0')).toEqual({
    error: `pad@1.3.0 is refused by the company's registry (cooldown): ${reason}; allowed from 2026-01-15T13:00:00.000Z; nearest allowed version: 1.2.0; see mochi registry explain pad@1.3.0`,
    code: 'REGISTRY_VERSION_REFUSED',
    package: 'pad',
    version: '1.3.0',
    rule: 'cooldown',
    reason,
    allowedFrom: '2026-01-15T13:00:00.000Z',
    nearest: '1.2.0',
  })
})

test('a refusal that no time ends names no moment, and where nothing is allowed no version', () => {
  const packument = packumentOf({ '1.3.0': ago(99) })
  const refusal = refuse(packument, '1.3.0', { blocked: [{ package: '*', reason: 'we buy\n  nothing' }] })
  expect(refusal).toEqual({
    error:
      "pad@1.3.0 is refused by the company's registry (blocked): *@* is blocked: we buy nothing; no version is allowed; see mochi registry explain pad@1.3.0",
    code: 'REGISTRY_VERSION_REFUSED',
    package: 'pad',
    version: '1.3.0',
    rule: 'blocked',
    reason: '*@* is blocked: we buy nothing',
  })
})

test('an allowed version has no refusal', () => {
  expect(refuse(packumentOf({ '1.3.0': ago(99) }), '1.3.0')).toBeUndefined()
})

test.each(['1.3.1', '3.0.0beta', 'constructor'])('what has no verdict is refused: %s', (version) => {
  expect(refuse(packumentOf({ '1.3.0': ago(99) }), version)).toMatchObject({
    rule: 'undecided',
    reason: 'the packument does not have it',
    nearest: '1.3.0',
  })
})

describe('the nearest allowed version', () => {
  test.each([
    ['is the highest below with the same major number', '2.2.0', ['1.9.0', '2.0.0', '2.1.0', '2.3.0'], '2.1.0'],
    ['is the highest of all where that number has none below', '2.0.0', ['1.8.0', '1.9.0', '2.1.0'], '2.1.0'],
    ['is of the major number before where there is no other', '2.0.0', ['1.8.0', '1.9.0'], '1.9.0'],
    ['is no prerelease for a release', '2.0.0', ['1.9.0', '2.0.0-rc.1'], '1.9.0'],
    ['is a prerelease for one', '2.0.0-rc.2', ['1.9.0', '2.0.0-rc.1', '3.0.0'], '2.0.0-rc.1'],
    ['is a prerelease where there is no release', '2.0.0', ['1.0.0-rc.1', '2.0.0-rc.1'], '2.0.0-rc.1'],
  ])('%s', (_, refused, allowed, nearest) => {
    const published = Object.fromEntries(allowed.map((version) => [version, ago(99)]))
    expect(refuse(packumentOf({ ...published, [refused]: ago(1) }), refused)?.nearest).toBe(nearest)
  })
})
