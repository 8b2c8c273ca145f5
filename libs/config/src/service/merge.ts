import type { TSchema } from 'typebox'
import { findAllErrors } from '../all-errors.ts'
import { describeSchema } from '../describe-schema.ts'
import { parsePointer } from '../tree.ts'
import { fillDefaults } from './fill-defaults.ts'
import type { Given, GivenValue } from './given.ts'
import type { Key, ObjectKey } from './keys.ts'
import { formatOrigin } from './origin.ts'
import type { Origin } from './origin.ts'
import type { ServiceFault } from './service-fault.ts'

export type Merged = {
  value: unknown
  /** Of every value, by the path of its key: `tls.cert`. */
  origins: Readonly<Record<string, Origin>>
  /** Keys that no source gives and that are required, secrets among them. */
  missing: readonly Key[]
}

/**
 * One configuration out of what sources say, the later before the earlier, key by key. An object that may be left out is
 * there when a source names it.
 */
export function merge(root: ObjectKey, sources: readonly Given[]): Merged {
  const origins: Record<string, Origin> = {}
  const missing: Key[] = []
  const build = (key: Key): unknown => {
    if (key.kind === 'object') return buildObject(key)
    const found = findLast(sources, ({ values }) => values.get(key.path))
    if (found === undefined && key.isRequired) missing.push(key)
    if (found === undefined) return undefined
    origins[key.path] = found.origin
    return fillDefaults(key.part, found.value)
  }
  const buildObject = (key: ObjectKey): unknown => {
    if (!isThere(key, sources)) return undefined
    const entries = key.children.map(([word, child]) => [word, build(child)] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  const value = build(root)
  return { value, origins, missing }
}

function isThere(key: ObjectKey, sources: readonly Given[]): boolean {
  const inner = `${key.path}.`
  const names = ({ values, objects }: Given) =>
    objects.has(key.path) ||
    [...values].some(([path, { origin }]) => path.startsWith(inner) && !['default', 'secret'].includes(origin.kind))
  return key.isRequired || sources.some(names)
}

function findLast(sources: readonly Given[], find: (given: Given) => GivenValue | undefined): GivenValue | undefined {
  return sources.reduce<GivenValue | undefined>((found, source) => find(source) ?? found, undefined)
}

/** What every source alone may say, and all together may not; a default that breaks its own schema too. */
export function findMergedFaults(root: ObjectKey, { value, origins }: Merged): ServiceFault[] {
  const faults = findAllErrors(root.part, value).map(({ instancePath, schemaPath }): ServiceFault => {
    const path = parsePointer(instancePath).join('.')
    const owner = Object.keys(origins).find((key) => path === key || path.startsWith(`${key}.`))
    const origin = owner === undefined ? undefined : origins[owner]
    const place =
      origin?.kind === 'default' ? 'src/config.ts' : origin === undefined ? root.variable : formatOrigin(origin)
    return { kind: 'value', key: path, expected: describeSchema(partAt(root.part, schemaPath)), origin: place }
  })
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()]
}

function partAt(schema: TSchema, path: string): object {
  return parsePointer(path).reduce<object>((at, key) => {
    const inner = at[key as keyof typeof at] as unknown
    return typeof inner === 'object' && inner !== null ? inner : {}
  }, schema)
}
