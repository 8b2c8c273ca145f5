import { Type } from 'typebox'
import type { TArray, TSchema, TString } from 'typebox'
import { getValue, toValue } from '../tree.ts'
import type { DocumentNode } from '../tree.ts'
import type { Given } from './given.ts'
import type { ObjectKey } from './keys.ts'
import type { Origin } from './origin.ts'

/** The keyword that names the key of mochi.json, beside `services`, that a part of a schema has its value from. */
const MARK = 'mochiCompany'

/** The company's package scopes, as `scopes` of mochi.json has them, unless the service is told others. */
export function CompanyScopes(): TArray<TString> {
  return Type.Array(
    Type.String({ pattern: '^@[a-z0-9][a-z0-9._-]{0,212}$', patternErrorMessage: 'a scope like "@acme"' }),
    {
      minItems: 1,
      description: "The company's package scopes; those of mochi.json",
      [MARK]: 'scopes',
    },
  )
}

/** Adds what mochi.json says of the whole company, where it says nothing of its own for the service. */
export function addCompanyValues(
  given: Given,
  root: ObjectKey,
  { tree, originOf }: { tree: DocumentNode; originOf: (node: DocumentNode) => Origin },
): void {
  for (const [, key] of root.children) {
    const from = (key.part as TSchema & { [MARK]?: string })[MARK]
    const node = from === undefined ? undefined : getValue(tree, from)
    if (node !== undefined && !given.values.has(key.path))
      given.values.set(key.path, { value: toValue(node), origin: originOf(node) })
  }
}
