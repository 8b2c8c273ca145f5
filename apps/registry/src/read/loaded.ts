import type { Document } from '../mirror/documents.ts'
import { applyVerdicts } from '../packument/apply.ts'
import { parsePackument } from '../packument/packument.ts'
import type { Packument } from '../packument/packument.ts'
import { judge, nextChange, undecided } from '../policy/judge.ts'
import type { Policy } from '../policy/settings.ts'
import type { Verdicts } from '../policy/judge.ts'

/** A packument under the policy, as it is at one moment. */
export type Loaded = {
  readonly document: Document<'brief'>
  /** As upstream gave it, without what manifests have beside their `dist`. */
  readonly packument: Packument
  readonly verdicts: Verdicts
  /** What clients may see of it. */
  readonly allowed: Packument
  /** Milliseconds since 1970 from which a verdict may be another one. */
  readonly until: number
}

export function load(document: Document<'brief'>, policy: Policy, now: number): Loaded {
  const { packument, broken } = parsePackument(document.known.name, document.forms.brief.toString('utf8'))
  const verdicts = judge(policy, packument, now)
  for (const { version, reason } of broken) verdicts.set(version, undecided(`it ${reason}`))
  return {
    document,
    packument,
    verdicts,
    allowed: applyVerdicts(packument, verdicts),
    until: nextChange(verdicts) ?? Number.POSITIVE_INFINITY,
  }
}
