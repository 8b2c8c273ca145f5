import fc from 'fast-check'
import { distOf } from '../packument/packuments.fixture.ts'
import { parsePackument } from '../packument/packument.ts'
import type { Packument } from '../packument/packument.ts'
import { parsePolicy } from './settings.ts'
import type { Policy, PolicySettings } from './settings.ts'

export const HOUR = 3600e3
/** The time of all tests. */
export const NOW = Date.parse('2026-01-15T12:00:00Z')

/** The ISO time so many hours before the tests' time. */
export const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString()

/** A policy that has only what is given. */
export function policyOf(settings: Partial<PolicySettings>): Policy {
  return parsePolicy({ cooldown: '0', blocked: [], waivers: [], ...settings }, NOW)
}

/** A packument whose versions were published as given; those without a time have none. */
export function packumentOf(
  published: Record<string, string | undefined>,
  tags: Record<string, string> = {},
  name = 'pad',
): Packument {
  const versions = Object.keys(published).map((version) => {
    return [version, { name, version, dist: distOf(`${name}/-/${version}.tgz`) }] as const
  })
  const time = { created: ago(9999), modified: ago(0), ...published }
  const document = { name, 'dist-tags': tags, versions: Object.fromEntries(versions), time }
  return parsePackument(name, JSON.stringify(document)).packument
}

const NUMBERS = ['0.9.0', '1.0.0', '1.0.1', '1.1.0-rc.1', '1.1.0', '2.0.0-beta.1', '2.0.0', '3.0.0-alpha.0']
const TIMES = [-30, -1, 0, 1, 23, 24, 25, 400]

const number = fc.constantFrom(...NUMBERS)
const time = fc.option(
  fc.oneof(fc.constantFrom(...TIMES).map(ago), fc.constantFrom('', 'soon', '2026-01-01', '2026-02-30T00:00:00Z')),
  { nil: undefined },
)
const range = fc.constantFrom('*', '1.0.0', '^1.0.0', '<2.0.0', '>=1.1.0', '2.0.0-beta.1', '^2.0.0-0')

/** Packuments of all that matters to a policy, their tags and times good and bad. */
export const packuments: fc.Arbitrary<Packument> = fc
  .tuple(fc.dictionary(number, time), fc.dictionary(fc.constantFrom('latest', 'next', 'beta'), number))
  .map(([published, tags]) => packumentOf(published, tags))

export const policies: fc.Arbitrary<Policy> = fc
  .record({
    cooldown: fc.constantFrom('0', '1h', '24h', '30d'),
    blocked: fc.array(
      fc.record({ package: fc.constantFrom('pad', 'p*', '*', 'dap'), range, reason: fc.constant('bad') }),
      {
        maxLength: 2,
      },
    ),
    waivers: fc.array(
      fc.record({
        package: fc.constantFrom('pad', 'dap'),
        range,
        reviewer: fc.constant('ann'),
        reason: fc.constant('fine'),
        expires: fc.constantFrom('2026-01-14', '2026-01-15', '2026-02-01', ago(0), ago(-2)),
      }),
      { maxLength: 3 },
    ),
  })
  .map((settings) => parsePolicy(settings, NOW))
