/** What a token is for; each may do what the one before it may. */
export const GROUPS = ['read', 'publish', 'admin'] as const

export type Group = (typeof GROUPS)[number]

/** Who asks, as a token says it. */
export type Identity = {
  readonly name: string
  readonly group: Group
  /** `@scope`: the only one that it writes to. */
  readonly scope?: string | undefined
}

/** Whether a token may do no more than who shows another one. */
export function isWithin({ group, scope }: Identity, who: Identity): boolean {
  return isAtLeast(who.group, group) && (who.scope === undefined || who.scope === scope)
}

/** Whether somebody of `group` may do what takes `needed`. */
export function isAtLeast(group: Group, needed: Group): boolean {
  return GROUPS.indexOf(group) >= GROUPS.indexOf(needed)
}
