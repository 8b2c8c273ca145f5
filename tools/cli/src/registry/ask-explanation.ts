import type { AskRegistry, RegistryAnswer } from './ask-registry.ts'

export type Verdict = {
  readonly version: string
  readonly published?: string
  readonly allowed: boolean
  readonly rule?: string
  readonly reason?: string
  readonly allowedFrom?: string
  readonly waiver?: { readonly reviewer: string; readonly reason: string; readonly expires: string }
}

/** What the registry answers (apps/registry, `GET /-/mochi/explain/NAME`). */
export type Explanation = {
  readonly package: string
  /** Newest first. */
  readonly versions: readonly Verdict[]
  readonly tags: readonly { readonly tag: string; readonly given: string; readonly becomes?: string }[]
  /** Seconds since upstream last confirmed it. */
  readonly age: number
  readonly isAway: boolean
}

export type ExplanationAnswer =
  { readonly is: 'answer'; readonly explanation: Explanation } | Extract<RegistryAnswer, { is: 'refused' }>

/** The verdicts of a package's versions; `wanted` narrows them as semver does. */
export async function askExplanation(ask: AskRegistry, name: string, wanted?: string): Promise<ExplanationAnswer> {
  const query = wanted === undefined ? '' : `?${new URLSearchParams({ wanted }).toString()}`
  const answer = await ask(`-/mochi/explain/${encodeURIComponent(name)}${query}`)
  return answer.is === 'refused' ? answer : { is: 'answer', explanation: answer.document as Explanation }
}
