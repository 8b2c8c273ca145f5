import { findAllErrors } from '../all-errors.ts'
import { describeSchema } from '../describe-schema.ts'
import { findDuplicateKeys } from '../duplicate-keys.ts'
import { findShapeFaults } from '../shape.ts'
import { parseSyntax } from '../syntax.ts'
import { toValue } from '../tree.ts'
import type { DocumentNode } from '../tree.ts'
import { addTree, createGiven } from './given.ts'
import { flattenKeys } from './keys.ts'
import type { Key, ObjectKey, ValueKey } from './keys.ts'
import type { Origin } from './origin.ts'
import type { ReadSource } from './read-document.ts'
import type { ServiceFault } from './service-fault.ts'
import { toSourceSchema } from './source-schema.ts'

/** Where variables come from: the environment of the process, handed in. */
export type Environment = Readonly<Record<string, string | undefined>>

type Options = { environment: Environment; secretFile: (path: string) => string }

/**
 * What the variables `<NAME>_<KEY>` say. A variable of an object holds JSON; variables of single keys in it win over it. A
 * variable that names no key is left to others. No fault repeats a value.
 */
export function readVariables(root: ObjectKey, { environment, secretFile }: Options): ReadSource {
  const given = createGiven()
  const faults = flattenKeys(root).flatMap((key): ServiceFault[] => {
    const text = environment[key.variable]
    if (key.path === '' || text === undefined) return []
    if (key.kind === 'secret') return [misplaced(key, key.variable, secretFile)]
    const origin: Origin = { kind: 'variable', variable: key.variable }
    const read = parseVariable(key, text)
    if ('expected' in read) return read.expected.map((expected) => toFault(key, expected))
    if (key.kind === 'value') given.values.set(key.path, { value: read.value, origin })
    if (key.kind === 'value' || read.node === undefined) return []
    const secrets = addTree(given, key, { node: read.node, originOf: () => origin })
    return secrets.map((secret) => misplaced(secret.key, key.variable, secretFile))
  })
  return { given, faults, isDamaged: false }
}

function misplaced(key: Key, variable: string, secretFile: (path: string) => string): ServiceFault {
  return { kind: 'misplaced', variable, key: key.path, file: secretFile(key.path) }
}

function toFault({ variable, path }: Key, expected: string): ServiceFault {
  return { kind: 'variable', variable, key: path, expected }
}

type Parsed = { value: unknown; node?: DocumentNode } | { expected: readonly string[] }

/** A variable's text as the value that its key can have, or what was expected instead. */
function parseVariable(key: ValueKey | ObjectKey, text: string): Parsed {
  const schema = toSourceSchema(key.part)
  const { type } = key.part as { type?: unknown }
  if (key.kind === 'object' || type === 'array' || type === 'object') return parseJson(schema, text)
  const candidates = [...readScalars(type, text), ...(type === undefined ? readJson(text) : []), text]
  const fitting = candidates.find((value) => findAllErrors(schema, value).length === 0)
  return fitting === undefined ? { expected: [describeSchema(key.part)] } : { value: fitting }
}

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

function readScalars(type: unknown, text: string): unknown[] {
  if ((type === 'integer' || type === 'number') && NUMBER.test(text)) return [Number(text)]
  if (type === 'boolean' && (text === 'true' || text === 'false')) return [text === 'true']
  return []
}

/** For a key that can have values of several kinds. */
function readJson(text: string): unknown[] {
  const { root } = parseSyntax(text)
  return root === undefined ? [] : [toValue(root)]
}

function parseJson(schema: object, text: string): Parsed {
  const { root, faults } = parseSyntax(text)
  if (root === undefined || faults.length > 0) return { expected: [`${describeSchema(schema)}, written as JSON,`] }
  const found = [...findDuplicateKeys(root), ...findShapeFaults(schema, root)]
  if (found.length === 0) return { value: toValue(root), node: root }
  const words = found.map(({ expected, suggestion }) =>
    suggestion === undefined ? expected : `${expected} (${suggestion}?)`,
  )
  return { expected: [...new Set(words)].map((expected) => `${expected}, in its JSON,`) }
}
