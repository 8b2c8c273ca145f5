import { variableName } from '@mochi/config'
import type { Environment } from '@mochi/config'
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
      const meant = known.find((each) => isOneSlip(found, each))
      return meant === undefined ? [] : [{ found, meant }]
    })
}

function isOneSlip(found: string, meant: string): boolean {
  const same = (index: number) => found.at(index) === meant.at(index)
  const shorter = Math.min(found.length, meant.length)
  let start = 0
  while (start < shorter && same(start)) start += 1
  let end = 0
  while (end < shorter - start && same(-1 - end)) end += 1
  const [first, second] = [found.slice(start, found.length - end), meant.slice(start, meant.length - end)]
  const isSwap = first.length === 2 && first === Array.from(second).reverse().join('')
  return isSwap || Math.max(first.length, second.length) <= 1
}
