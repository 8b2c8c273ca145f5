import type { TSchema } from 'typebox'
import { findAllErrors } from '../all-errors.ts'

type Part = {
  default?: unknown
  properties?: Record<string, TSchema>
  patternProperties?: Record<string, TSchema>
  additionalProperties?: TSchema | boolean
  items?: TSchema | TSchema[]
  anyOf?: TSchema[]
  allOf?: TSchema[]
}

/**
 * A copy of a value that one source gives whole, with the defaults of its part of the schema where it leaves something out;
 * of a union, those of the first member that it then keeps. `Value.Default` of typebox does the same, but not in maps, and to
 * load it is a twentieth of a start.
 */
export function fillDefaults(part: TSchema, value: unknown): unknown {
  const { default: given, items, anyOf, allOf }: Part = part
  if (value === undefined) return structuredClone(given)
  if (anyOf !== undefined) return fillUnion(anyOf, value)
  if (allOf !== undefined) return allOf.reduce<unknown>((filled, inner) => fillDefaults(inner, filled), value)
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) return fillObject(part, value as Record<string, unknown>)
  const list: readonly unknown[] = value
  if (!Array.isArray(items)) return list.map((item) => fillDefaults(items ?? {}, item))
  const members: readonly TSchema[] = items
  const length = Math.max(members.length, list.length)
  return Array.from({ length }, (_, index) => fillDefaults(members[index] ?? {}, list[index]))
}

function fillUnion(members: readonly TSchema[], value: unknown): unknown {
  const filled = members.map((member) => ({ member, value: fillDefaults(member, value) }))
  const fitting = filled.find((each) => findAllErrors(each.member, each.value).length === 0)
  return fitting === undefined ? structuredClone(value) : fitting.value
}

function fillObject(part: Part, value: Record<string, unknown>): Record<string, unknown> {
  const { properties = {}, patternProperties = {}, additionalProperties } = part
  const others = typeof additionalProperties === 'object' ? additionalProperties : {}
  const partOf = (key: string): TSchema =>
    (Object.hasOwn(properties, key) ? properties[key] : undefined) ??
    Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, 'u').test(key))?.[1] ??
    others
  const keys = new Set([...Object.keys(value), ...Object.keys(properties)])
  const entries = [...keys].map((key) => [key, fillDefaults(partOf(key), value[key])] as const)
  return Object.fromEntries(entries.filter(([, filled]) => filled !== undefined))
}
