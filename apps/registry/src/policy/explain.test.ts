import { expect, test } from 'vitest'
import { explain } from './explain.ts'
import { judge, undecided } from './judge.ts'
import { ago, NOW, packumentOf, policyOf } from './policy.fixture.ts'

const waiver = { package: 'pad', range: '2.0.0', reviewer: 'ann', reason: 'mends a hole', expires: '2026-01-20' }
const policy = policyOf({
  cooldown: '24h',
  blocked: [{ package: 'pad', range: '1.0.1', reason: 'steals tokens' }],
  waivers: [waiver],
})
const packument = packumentOf(
  { '1.0.0': ago(99), '1.0.1': ago(98), '0.9.0': undefined, '2.0.0': ago(2), '2.1.0-rc.1': ago(1) },
  { latest: '1.0.1', next: '2.1.0-rc.1', new: '2.0.0' },
)
const verdicts = judge(policy, packument, NOW)

/** The versions of which an explanation speaks. */
const shown = (wanted: string): string[] => explain(packument, verdicts, wanted).versions.map(({ version }) => version)

test('every version is explained, the newest first and those without a date last, and every tag', () => {
  expect(explain(packument, verdicts)).toEqual({
    package: 'pad',
    versions: [
      {
        version: '2.1.0-rc.1',
        published: ago(1),
        allowed: false,
        rule: 'cooldown',
        reason: 'it was published at 2026-01-15T11:00:00.000Z, and versions wait 24h',
        allowedFrom: ago(-23),
      },
      { version: '2.0.0', published: ago(2), allowed: true, waiver },
      {
        version: '1.0.1',
        published: ago(98),
        allowed: false,
        rule: 'blocked',
        reason: 'pad@1.0.1 is blocked: steals tokens',
      },
      { version: '1.0.0', published: ago(99), allowed: true },
      { version: '0.9.0', allowed: false, rule: 'undated', reason: 'nothing says when it was published' },
    ],
    tags: [
      { tag: 'latest', given: '1.0.1', becomes: '1.0.0' },
      { tag: 'next', given: '2.1.0-rc.1' },
      { tag: 'new', given: '2.0.0', becomes: '2.0.0' },
    ],
  })
})

test.each([
  ['1.0.1', ['1.0.1']],
  ['>=2.0.0', ['2.1.0-rc.1', '2.0.0']],
  ['latest', ['1.0.1']],
  ['next', ['2.1.0-rc.1']],
  ['7.0.0', []],
])('asked about %s it speaks of %j', (wanted, versions) => {
  expect(shown(wanted)).toEqual(versions)
})

test.each(['newest', 'constructor', '1.0.0 or so'])('%j is neither a range nor a tag', (wanted) => {
  expect(() => shown(wanted)).toThrow(
    expect.objectContaining({
      code: 'REGISTRY_RANGE_INVALID',
      message: `Expected a range of versions or a dist-tag of pad, found ${JSON.stringify(wanted)}.`,
    }),
  )
})

test('a version that was left out because it is broken can be explained like others', () => {
  const withBroken = new Map([...verdicts, ['3.0.0beta', undecided('it is no version number')] as const])
  expect(explain(packument, withBroken).versions.at(-1)).toEqual({
    version: '3.0.0beta',
    allowed: false,
    rule: 'undecided',
    reason: 'it is no version number',
  })
})
