import { variableName } from '@mochi/config'
import type { Environment } from '@mochi/config'
import { editDistance } from '@mochi/names'
import type { ServiceSchema } from './config.ts'

/**
 * Variables that are one slip away from one of the service's (a letter too many, too few, another, or two swapped) and mean
 * nothing to it. Nothing further away: who else has variables that begin with the same word is not known.
 */
export function misspeltVariables(schema: ServiceSchema, environment: Environment): { found: string; meant: string }[] {
  const known = Object.keys(schema.properties).map((key) => variableName(schema.title, key))
  const prefix = variableName(schema.title, '')
  return Object.keys(environment)
    .filter((found) => found.startsWith(prefix) && !known.includes(found))
    .flatMap((found) => {
      const meant = known.find((each) => editDistance(found, each) === 1)
      return meant === undefined ? [] : [{ found, meant }]
    })
}
