import { parse } from 'semver'
import type { Packument } from '../packument/packument.ts'
import { isQuarantined, removedOf } from '../packument/removed.ts'
import type { Removed } from '../packument/removed.ts'
import { quote } from '../quote.ts'
import { formatInstant, parseInstant } from './instant.ts'
import type { Block, BlockRule, Policy, Waiver, WaiverRule } from './settings.ts'

/** What stands against a version. */
export const RULES = ['cooldown', 'blocked', 'undated', 'undecided', 'removed-upstream'] as const

export type Rule = (typeof RULES)[number]

/** `waiver`: what lets the version through, which would be refused without it. `until`: see `nextChange`. */
export type Allowed = { allowed: true; waiver?: Waiver; until?: number }

/**
 * `reason` is a sentence without its full stop. `from`: when the version becomes allowed, in milliseconds; absent where
 * time alone does not help. `until`: when another verdict takes the place of this one, where that is before `from`.
 */
export type Refused = {
  allowed: false
  rule: Rule
  reason: string
  from?: number
  until?: number
  block?: Block
}

/** Whether a version is given. */
export type Verdict = Allowed | Refused

/** The verdict of every version of a packument. A version without one is not given. */
export type Verdicts = ReadonlyMap<string, Verdict>

/**
 * The verdict of every version at the time `now`, in milliseconds. What cannot be decided is refused. The first that
 * applies: the version is blocked, upstream has taken it back, it has no believable date, it has to wait. A waiver that has not
 * expired outdoes these.
 */
export function judge(policy: Policy, packument: Packument, now: number): Map<string, Verdict> {
  const rules = rulesOf(policy, packument.name)
  const removed = removedOf(packument)
  const judged = Object.keys(packument.versions).map((version) => {
    const published = packument.time?.[version]
    return [version, verdictOf(rules, { version, published, removed: removed[version], now })] as const
  })
  return new Map(judged)
}

/** The verdict of one version, as `judge` gives it. */
export function judgeVersion(policy: Policy, packument: Packument, asked: { version: string; now: number }): Verdict {
  const { version, now } = asked
  if (!Object.hasOwn(packument.versions, version)) return undecided('the packument does not have it')
  const [published, removed] = [packument.time?.[version], removedOf(packument)[version]]
  return verdictOf(rulesOf(policy, packument.name), { version, published, removed, now })
}

export function isAllowed(verdicts: Verdicts, version: string): boolean {
  return verdicts.get(version)?.allowed === true
}

/** For what no rule could be asked about: a version that is broken, or that the packument does not have. */
export function undecided(reason: string): Refused {
  return { allowed: false, rule: 'undecided', reason }
}

/** The earliest moment at which a verdict is another one, in milliseconds: until then what was made of them holds. */
export function nextChange(verdicts: Verdicts): number | undefined {
  let next = Infinity
  for (const verdict of verdicts.values()) next = Math.min(next, endOf(verdict))
  return next === Infinity ? undefined : next
}

function endOf(verdict: Verdict): number {
  const { until = Infinity } = verdict
  return verdict.allowed ? until : Math.min(until, verdict.from ?? Infinity)
}

/** The rules of a policy that can apply to one package. */
type Rules = { cooldown: Policy['cooldown']; blocks: BlockRule[]; waivers: WaiverRule[] }

type Candidate = { version: string; published: string | undefined; removed: Removed | undefined; now: number }

/** The waiver that expires last comes first: it is the one that counts. */
function rulesOf({ cooldown, blocks, waivers }: Policy, name: string): Rules {
  return {
    cooldown,
    blocks: blocks.filter(({ names }) => names.test(name)),
    waivers: waivers
      .filter(({ waiver }) => waiver.package === name)
      .sort((first, second) => second.expires - first.expires),
  }
}

function verdictOf(rules: Rules, candidate: Candidate): Verdict {
  const { version, now } = candidate
  const refused = blocked(rules, version) ?? takenBack(candidate) ?? waiting(rules, candidate)
  if (refused === undefined) return { allowed: true }
  const rule = rules.waivers.find(({ range, expires }) => now < expires && range.test(version))
  if (rule === undefined) return refused
  return { allowed: true, waiver: rule.waiver, until: Math.min(rule.expires, refused.from ?? Infinity) }
}

function blocked({ blocks }: Rules, version: string): Refused | undefined {
  if (blocks.length === 0) return undefined
  const number = parse(version)
  if (number === null) return undecided('it has no number that a range could be asked about')
  const rule = blocks.find(({ range }) => range.test(number))
  if (rule === undefined) return undefined
  const { block } = rule
  const reason = `${block.package}@${block.range} is blocked: ${block.reason}`
  return { allowed: false, rule: 'blocked', reason, block }
}

/** What was removed later is given as before: it was used for a month, and somebody may depend on it. */
function takenBack({ published, removed }: Candidate): Refused | undefined {
  if (removed === undefined || !isQuarantined(removed, published)) return undefined
  const at = `by ${formatInstant(removed.by)}`
  const reason =
    removed.isReplaced === true
      ? `upstream replaced the package by a security placeholder ${at}`
      : `upstream removed it ${at}, within 30 days of its publication`
  return { allowed: false, rule: 'removed-upstream', reason }
}

/** A date in the future cannot be right yet, and may be once that moment has come. */
function waiting({ cooldown }: Rules, { published, now }: Candidate): Refused | undefined {
  if (published === undefined) return undated('nothing says when it was published')
  const time = parseInstant(published)
  if (time === undefined) return undated(`${quote(published)} is said to be when it was published, and is no time`)
  const from = time + cooldown.milliseconds
  if (from <= now) return undefined
  const at = formatInstant(time)
  if (time > now) return { ...undated(`it is said to have been published at ${at}, in the future`), from, until: time }
  return {
    allowed: false,
    rule: 'cooldown',
    reason: `it was published at ${at}, and versions wait ${cooldown.text}`,
    from,
  }
}

function undated(reason: string): Refused {
  return { allowed: false, rule: 'undated', reason }
}
