import { count, oneOf } from './describe.ts'

/** What of a JSON schema (draft 7) the words of a fault are made of. */
export type SchemaPart = {
  type?: string
  properties?: Record<string, SchemaPart>
  patternProperties?: Record<string, SchemaPart>
  propertyNames?: SchemaPart
  anyOf?: SchemaPart[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  /** What VS Code shows for a text that does not match; here the words for the whole part. */
  patternErrorMessage?: string
  description?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minProperties?: number
  maxProperties?: number
}

/** What may stand where the schema's part applies: `a whole number from 1 to 9`, `"left" or "right"`, `a list`. */
export function describeSchema(part: SchemaPart): string {
  if (part.patternErrorMessage !== undefined) return part.patternErrorMessage
  if (part.anyOf !== undefined) return oneOf([...new Set(part.anyOf.map(describeSchema))])
  if (part.enum !== undefined) return oneOf(part.enum.map((value) => JSON.stringify(value)))
  if (part.const !== undefined) return JSON.stringify(part.const)
  switch (part.type) {
    case 'string':
      return `a text${amount('character', part.minLength, part.maxLength)}${matching(part)}`
    case 'integer':
      return `a whole number${range(part)}`
    case 'number':
      return `a number${range(part)}`
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'array':
      return `a list${amount('entry', part.minItems, part.maxItems)}`
    case 'object':
      return `an object${fixedKeys(part)}${amount('entry', part.minProperties, part.maxProperties)}`
    case undefined:
    default:
      return 'JSON that keeps the schema'
  }
}

function matching({ pattern }: SchemaPart): string {
  return pattern === undefined ? '' : ` that matches ${pattern}`
}

function amount(noun: 'character' | 'entry', least = 0, most = Infinity): string {
  if (least === most) return ` of exactly ${count(least, noun)}`
  if (least > 0 && most < Infinity) return ` of ${least} to ${count(most, noun)}`
  if (least > 0) return ` with at least ${count(least, noun)}`
  return most < Infinity ? ` with at most ${count(most, noun)}` : ''
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaPart): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  const bounds = [
    ['of at least', minimum],
    ['of at most', maximum],
    ['above', exclusiveMinimum],
    ['below', exclusiveMaximum],
  ] as const
  const given = bounds.flatMap(([words, bound]) => (bound === undefined ? [] : [`${words} ${bound}`]))
  return given.length === 0 ? '' : ` ${given.join(' and ')}`
}

/** What tells the members of a union of objects apart. */
function fixedKeys({ properties = {} }: SchemaPart): string {
  const fixed = Object.entries(properties).flatMap(([key, value]) =>
    value.const === undefined ? [] : [`${JSON.stringify(key)}: ${JSON.stringify(value.const)}`],
  )
  return fixed.length === 0 ? '' : ` with ${fixed.join(' and ')}`
}
