import { appNameFault, appNameRule } from './app-name.ts'
import { errors } from './errors.ts'
import { flavors } from './flavors.ts'
import type { Flavor } from './flavors.ts'

/** An app in a flavor. */
export type ServiceId = { readonly app: string; readonly flavor: Flavor }

/**
 * What an app is called in a flavor: `${app}_${flavor}`, and just `${app}` in prod. Because no app name ends in a
 * flavor, two apps never meet in one service name, neither with `_` nor, as in DNS, with `-` in its place.
 */
export function serviceName(app: string, flavor: Flavor): string {
  return flavor === 'prod' ? app : `${app}_${flavor}`
}

/** The inverse of `serviceName`. Throws NAMES_SERVICE_INVALID. */
export function parseServiceName(text: string): ServiceId {
  const parsed = trySplit(text, '_')
  if ('flavor' in parsed) return parsed
  throw errors.NAMES_SERVICE_INVALID({ found: text, ...parsed })
}

/** The same with another character between: DNS has no underscores. What was expected, and at which character, where it is no service. */
export function trySplit(text: string, between: '_' | '-'): ServiceId | { expected: string; at: number } {
  const flavor = flavors.find((name) => name !== 'prod' && text.endsWith(`${between}${name}`)) ?? 'prod'
  const app = flavor === 'prod' ? text : text.slice(0, -flavor.length - 1)
  if (isAppName(app)) return { app, flavor }
  const at = between === '_' ? text.indexOf('_') : -1
  if (at > 0 && isAppName(text.slice(0, at)))
    return { expected: flavors.filter((name) => name !== 'prod').join(' or '), at: at + 1 }
  return { expected: `a name made of ${appNameRule}`, at: 0 }
}

/** Names that are reserved are those of the platform's own services. */
function isAppName(text: string): boolean {
  return appNameFault(text)?.kind !== 'rule'
}
