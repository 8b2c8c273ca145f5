import { scopeOf } from '../names/package-name.ts'
import { isAtLeast } from '../tokens/identity.ts'
import type { Identity } from '../tokens/identity.ts'
import { isKept } from './action.ts'
import type { Action } from './action.ts'
import { refusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'

/** Why this caller may not do this, before anything is looked at; undefined when it may. */
export function refuseCaller(caller: Identity, action: Action, scopes: readonly string[]): Refusal | undefined {
  if (action.kind === 'read' || action.kind === 'search') {
    const isThere = action.name === undefined || isKept(action.name, scopes)
    return isThere
      ? undefined
      : refusal(404, 'REGISTRY_NOT_FOUND', `${action.name ?? ''} is no package of this company`)
  }
  if (!isKept(action.name, scopes)) {
    const error = `${action.name} cannot be published here: only packages of ${scopes.join(', ')} are, in lower case`
    return refusal(403, 'REGISTRY_OUTSIDE_SCOPES', error)
  }
  if (!isAtLeast(caller.group, 'publish')) {
    return refusal(403, 'REGISTRY_READ_ONLY', `the token of ${caller.name} reads and does not publish`)
  }
  if (caller.scope !== undefined && caller.scope !== scopeOf(action.name)) {
    return refusal(403, 'REGISTRY_OTHER_SCOPE', `the token of ${caller.name} publishes ${caller.scope}/… only`)
  }
  return undefined
}
