import type { TSchema } from 'typebox'
import { hasKeys } from './keys.ts'
import { isSecret } from './secret.ts'

type ObjectPart = { properties?: Record<string, TSchema>; required?: readonly string[]; additionalProperties?: unknown }

/**
 * The schema of what one source may say: no key is required, because another source can give it, and there are no keys
 * but those that the schema names. In lists and maps, which one source gives whole, only what has a default may be left
 * out. Of a secret nothing is said: that it stands there is the fault.
 */
export function toSourceSchema(schema: TSchema): TSchema {
  return relax(schema, true)
}

function relax(part: TSchema, isShared: boolean): TSchema {
  if (isSecret(part)) return {}
  const { properties, required = [], additionalProperties = false } = part as ObjectPart
  const others = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, relaxInner(key, value)]))
  if (properties === undefined) return others
  const isMerged = isShared && hasKeys(part)
  const inner = Object.entries(properties).map(([key, value]) => [key, relax(value, isMerged)] as const)
  const needed = isMerged ? [] : required.filter((key) => !('default' in (properties[key] ?? {})))
  // How many keys a merged object has is known when all sources have spoken.
  const count = isMerged ? { minProperties: 0 } : {}
  return { ...others, ...count, properties: Object.fromEntries(inner), required: needed, additionalProperties }
}

const LISTS = new Set(['anyOf', 'allOf', 'oneOf'])

function relaxInner(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (LISTS.has(key) && Array.isArray(value)) return value.map((item: TSchema) => relax(item, false))
  if (key === 'items' && !Array.isArray(value)) return relax(value, false)
  if (key !== 'patternProperties') return value
  return Object.fromEntries(Object.entries(value).map(([pattern, item]) => [pattern, relax(item as TSchema, false)]))
}
