import { Type } from '@mochi/service'
import type { Static } from '@mochi/service'
import { Range, validRange } from 'semver'
import { errors } from '../errors.ts'
import { isPackageName } from '../names/package-name.ts'
import { quote } from '../quote.ts'
import { DURATION_PATTERN, parseDuration } from './duration.ts'
import { parseExpiry } from './instant.ts'
import type { PolicyFault } from './policy-fault.ts'

const Words = (description: string) =>
  Type.String({ pattern: String.raw`\S`, patternErrorMessage: 'a text that is not empty', description })

const Versions = () => Words('Versions as of semver, such as "^1.2.0" or ">=2.0.0 <2.1.3"')

const BlockSettings = Type.Object(
  {
    package: Words('A name, "@scope/*", or a name with "*" for any characters'),
    range: Type.Optional(Versions()),
    reason: Words('Shown to whoever asks for it'),
  },
  { additionalProperties: false },
)

const WaiverSettings = Type.Object(
  {
    package: Words('The name of one package'),
    range: Versions(),
    reviewer: Words('Who looked at it'),
    reason: Words('Why it cannot wait'),
    expires: Words('The last day, such as "2026-12-31", in UTC; or a time. At most a year ahead'),
  },
  { additionalProperties: false },
)

/** What the registry can be told about the versions that it gives: part of its configuration. */
export const policySettings = {
  cooldown: Type.String({
    default: '24h',
    pattern: DURATION_PATTERN,
    patternErrorMessage: 'a duration such as 24h, 7d or 0',
    description: 'How long a version waits after its publication',
  }),
  blocked: Type.Array(BlockSettings, {
    default: [],
    description: 'Versions that nobody gets, prereleases in their range too',
  }),
  waivers: Type.Array(WaiverSettings, {
    default: [],
    description: 'Reviewed versions that neither wait nor are blocked',
  }),
}

export type PolicySettings = {
  cooldown: string
  blocked: Static<typeof BlockSettings>[]
  waivers: Waiver[]
}

export type Block = Required<Static<typeof BlockSettings>>
export type Waiver = Static<typeof WaiverSettings>

/** Which versions the registry gives, read from its settings. */
export type Policy = {
  cooldown: { text: string; milliseconds: number }
  blocks: BlockRule[]
  waivers: WaiverRule[]
}

export type BlockRule = { block: Block; names: RegExp; range: Range }
/** `expires`: the moment from which the waiver does nothing. */
export type WaiverRule = { waiver: Waiver; range: Range; expires: number }

const DAY = 24 * 3600e3
/** A year, its leap day, and the rest of the day on which it ends. */
const LONGEST_WAIVER = 367 * DAY

type Report = (key: string, expected: string, found: string) => void

/**
 * Reads the settings of the policy. `now`, in milliseconds, is what a waiver's year is counted from; one that has expired
 * is no fault. Throws REGISTRY_POLICY_INVALID with every fault at once.
 */
export function parsePolicy(settings: PolicySettings, now: number): Policy {
  const faults: PolicyFault[] = []
  const report: Report = (key, expected, found) => void faults.push({ key, expected, found: quote(found) })
  const policy = {
    cooldown: readCooldown(settings.cooldown, report),
    blocks: settings.blocked.map((block, index) => readBlock(block, `blocked[${index}]`, report)),
    waivers: settings.waivers.map((waiver, index) => readWaiver(waiver, `waivers[${index}]`, report)),
  }
  for (const [index, { waiver, expires }] of policy.waivers.entries()) {
    if (expires > now + LONGEST_WAIVER)
      report(`waivers[${index}].expires`, 'a day at most a year ahead', waiver.expires)
  }
  if (faults.length > 0) throw errors.REGISTRY_POLICY_INVALID({ faults })
  return policy
}

function readCooldown(text: string, report: Report): Policy['cooldown'] {
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined) report('cooldown', 'a duration such as 24h, 7d or 0', text)
  return { text, milliseconds: milliseconds ?? Infinity }
}

function readBlock(settings: PolicySettings['blocked'][number], key: string, report: Report): BlockRule {
  const block = { ...settings, range: settings.range ?? '*' }
  if (!isPackageName(block.package.replaceAll('*', 'x'))) {
    report(`${key}.package`, 'the name of a package, which may have "*" for any characters', block.package)
  }
  checkText(block.reason, `${key}.reason`, report)
  const range = readRange(block.range, `${key}.range`, report)
  return { block, names: toPattern(block.package), range: new Range(range, { includePrerelease: true }) }
}

/** A waiver is not stretched: prereleases are meant only where its range has one of the same version. */
function readWaiver(waiver: Waiver, key: string, report: Report): WaiverRule {
  if (!isPackageName(waiver.package) || waiver.package.includes('*')) {
    report(`${key}.package`, 'the name of one package', waiver.package)
  }
  checkText(waiver.reviewer, `${key}.reviewer`, report)
  checkText(waiver.reason, `${key}.reason`, report)
  const range = readRange(waiver.range, `${key}.range`, report)
  const expires = parseExpiry(waiver.expires)
  if (expires === undefined) report(`${key}.expires`, 'a day such as 2026-12-31, or a time', waiver.expires)
  return { waiver, range: new Range(range), expires: expires ?? -Infinity }
}

function checkText(text: string, key: string, report: Report): void {
  if (text.trim() === '') report(key, 'a text that is not empty', text)
}

/** An empty range would mean all versions; whoever means that writes `*`. */
function readRange(text: string, key: string, report: Report): string {
  if (text.trim() !== '' && validRange(text) !== null) return text
  report(key, 'a range of versions such as ^1.2.0', text)
  return '*'
}

/** `*` means any characters, a slash too: who blocks `*-evil` means it in every scope. */
function toPattern(names: string): RegExp {
  return new RegExp(`^${names.split('*').map(RegExp.escape).join('.*')}$`)
}
