import { editDistance } from '@mochi/names'
import type { ConfigSchema } from './keys.ts'
import type { Environment } from './read-variables.ts'
import { variableName } from './variable-name.ts'

export type MisspeltOptions = {
  readonly schema: ConfigSchema
  /** The service's. */
  readonly name: string
  readonly environment: Environment
}

/**
 * Variables that are one slip away from one of the service's (a letter too many, too few, another, or two swapped) and mean
 * nothing to it. Nothing further away: who else has variables that begin with the same word is not known.
 */
export function misspeltVariables({ schema, name, environment }: MisspeltOptions): { found: string; meant: string }[] {
  const known = Object.keys(schema.properties).map((key) => variableName(name, key))
  const prefix = variableName(name, '')
  return Object.keys(environment)
    .filter((found) => found.startsWith(prefix) && !known.includes(found))
    .flatMap((found) => {
      const meant = known.find((each) => editDistance(found, each) === 1)
      return meant === undefined ? [] : [{ found, meant }]
    })
}
