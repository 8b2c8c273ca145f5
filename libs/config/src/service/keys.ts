import type { TSchema } from 'typebox'
import { errors } from '../errors.ts'
import { isMadeInLocaldev, isSecret } from './secret.ts'
import { variableName } from './variable-name.ts'

/** A schema of an object, as `Type.Object` makes it. `Value` is what it describes, named by whoever makes the schema. */
export type ConfigSchema<Value = unknown> = TSchema & {
  readonly properties: Readonly<Record<string, TSchema>>
  readonly [valueType]?: Value
}

declare const valueType: unique symbol

type Common = {
  /** From the top, joined by dots: `tls.cert`. Empty for the whole. */
  path: string
  part: TSchema
  isRequired: boolean
  variable: string
}

/** A value, which one source alone gives: a text, a number, a list, a map. */
export type ValueKey = Common & { kind: 'value' }

export type SecretKey = Common & { kind: 'secret'; isMade: boolean }

/** An object whose keys the schema names: each of them can come from another source. */
export type ObjectKey = Common & { kind: 'object'; children: readonly (readonly [string, Key])[] }

export type Key = ValueKey | SecretKey | ObjectKey

/** Also the name of a file and part of a variable. */
const USABLE = /^[A-Za-z][A-Za-z0-9_-]*$/

/**
 * The keys of a service's configuration, as a tree. CONFIG_SCHEMA_UNUSABLE when a key cannot be a file's name and part of
 * a variable, when two keys have one variable, or when a secret stands in a list or a union, where no file has a name
 * for it, or has a default.
 */
export function readKeys(name: string, schema: ConfigSchema): ObjectKey {
  const root = toObject(name, { schema, path: '', isRequired: true })
  const faults = [...nameFaults(root), ...sharedVariables(root), ...secretFaults(root)]
  if (faults.length > 0) throw errors.CONFIG_SCHEMA_UNUSABLE({ name, faults })
  return root
}

/** All keys below, each before those inside it. */
export function flattenKeys(key: Key): Key[] {
  return key.kind === 'object' ? [key, ...key.children.flatMap(([, child]) => flattenKeys(child))] : [key]
}

type Part = { schema: TSchema; path: string; isRequired: boolean }

function toKey(name: string, part: Part): Key {
  const { schema, path, isRequired } = part
  if (hasKeys(schema)) return toObject(name, part)
  const common = { path, part: schema, isRequired, variable: variableName(name, path) }
  if (isSecret(schema)) return { ...common, kind: 'secret', isMade: isMadeInLocaldev(schema) }
  return { ...common, kind: 'value' }
}

function toObject(name: string, { schema, path, isRequired }: Part): ObjectKey {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, TSchema>
    required?: readonly string[]
  }
  const children = Object.entries(properties).map(([key, part]) => {
    const inner = { schema: part, path: path === '' ? key : `${path}.${key}`, isRequired: required.includes(key) }
    return [key, toKey(name, inner)] as const
  })
  return { kind: 'object', path, part: schema, isRequired, variable: variableName(name, path), children }
}

/** True for an object whose keys the schema names, all of them: each can come from another source. */
export function hasKeys(schema: object): boolean {
  const { type, properties, patternProperties, additionalProperties = false } = schema as Record<string, unknown>
  return type === 'object' && properties !== undefined && patternProperties === undefined && !additionalProperties
}

function nameFaults(root: ObjectKey): string[] {
  return flattenKeys(root).flatMap((key) =>
    key.kind === 'object'
      ? key.children
          .filter(([word]) => !USABLE.test(word))
          .map(
            ([word]) => `${JSON.stringify(word)}: a key is made of letters, digits, _ and -, beginning with a letter`,
          )
      : [],
  )
}

function sharedVariables(root: ObjectKey): string[] {
  const keys = flattenKeys(root).filter(({ path }) => path !== '')
  return [...Map.groupBy(keys, ({ variable }) => variable)]
    .filter(([, group]) => group.length > 1)
    .map(([variable, group]) => `${group.map(({ path }) => path).join(' and ')} share the variable ${variable}`)
}

function secretFaults(root: ObjectKey): string[] {
  return flattenKeys(root).flatMap((key) => {
    if (key.kind === 'secret' && 'default' in key.part) return [`${key.path}: a secret has no default`]
    if (key.kind === 'value' && holdsSecret(key.part))
      return [`${key.path}: a secret stands under keys of objects only, never in a list, a map or a union`]
    return []
  })
}

function holdsSecret(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false
  return isSecret(part) || Object.values(part).some(holdsSecret)
}
