import type { Flavor } from './flavors.ts'

/**
 * What an app is called in a flavor: `${app}_${flavor}`, and just `${app}` in prod. Because no app name ends in a
 * flavor, two apps never meet in one service name, neither with `_` nor, as in DNS, with `-` in its place.
 */
export function serviceName(app: string, flavor: Flavor): string {
  return flavor === 'prod' ? app : `${app}_${flavor}`
}
