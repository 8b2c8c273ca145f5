import fc from 'fast-check'
import { Type } from 'typebox'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { checkDocument, entriesOf, formatFaults, formatPlace, getValue, quote } from './index.ts'
import type { DocumentNode, Fault, LocatedFault } from './index.ts'

const closed = { additionalProperties: false }
const name = Type.String({ pattern: '^[a-z]+$', patternErrorMessage: 'a name' })

describe('a document without faults', () => {
  test('gives its value, of the type that its schema says', () => {
    const checked = checkDocument('{"a": [1, 2]}', { schema: Type.Object({ a: Type.Array(Type.Number()) }) })
    expect('value' in checked && checked.value.a.reduce((sum, item) => sum + item)).toBe(3)
  })
})

describe('a value of another kind or size', () => {
  test.each<[string, TSchema, string, string]>([
    ['«"1"»', Type.Integer(), 'a whole number', 'the text "1"'],
    ['«1.5»', Type.Integer({ minimum: 1 }), 'a whole number of at least 1', 'the number 1.5'],
    ['«0»', Type.Integer({ minimum: 1, maximum: 9 }), 'a whole number from 1 to 9', 'the number 0'],
    ['«-1»', Type.Number({ minimum: 0 }), 'a number of at least 0', 'the number -1'],
    ['«2»', Type.Number({ maximum: 1 }), 'a number of at most 1', 'the number 2'],
    ['«1»', Type.Number({ minimum: 0, exclusiveMaximum: 1 }), 'a number of at least 0 and below 1', 'the number 1'],
    ['«0»', Type.Number({ exclusiveMinimum: 0 }), 'a number above 0', 'the number 0'],
    ['«1»', Type.Boolean(), 'true or false', 'the number 1'],
    ['«false»', Type.Null(), 'null', 'the boolean false'],
    ['«null»', Type.String(), 'a text', 'null'],
    ['«""»', Type.String({ minLength: 1 }), 'a text with at least one character', 'the text ""'],
    ['«"abc"»', Type.String({ maxLength: 2 }), 'a text with at most 2 characters', 'the text "abc"'],
    ['«"A"»', Type.String({ pattern: '^a$' }), 'a text that matches ^a$', 'the text "A"'],
    ['«"A"»', name, 'a name', 'the text "A"'],
    ['«"c"»', Type.Enum(['a', 'b']), '"a" or "b"', 'the text "c"'],
    ['«2»', Type.Literal(1), '1', 'the number 2'],
    ['«{"a":1}»', Type.Array(Type.Number()), 'a list', 'an object of one entry'],
    ['«[]»', Type.Array(Type.Number(), { minItems: 1 }), 'a list with at least one entry', 'an empty list'],
    ['«[1,2,3]»', Type.Array(Type.Number(), { maxItems: 2 }), 'a list with at most 2 entries', 'a list of 3 entries'],
    ['«[1]»', Type.Array(Type.Number(), { minItems: 4, maxItems: 4 }), 'a list of exactly 4 entries', 'a list of one'],
    ['«[1]»', Type.Array(Type.Number(), { minItems: 2, maxItems: 4 }), 'a list of 2 to 4 entries', 'a list of one'],
    ['[1,«"b"»]', Type.Array(Type.Number()), 'a number', 'the text "b"'],
    [
      '[{"a":1},«{"a":1}»]',
      Type.Array(Type.Unknown(), { uniqueItems: true }),
      'every entry once',
      /entry again$/.source,
    ],
    ['«[]»', Type.Object({}), 'an object', 'an empty list'],
    ['«{}»', Type.Object({}, { minProperties: 1 }), 'an object with at least one entry', 'an empty object'],
    ['{«"a"»:1}', Type.Object({}, closed), 'an object without keys', '"a"'],
  ])('%s', (marked, schema, expected, found) => {
    const fault = onlyFaultAtMark(marked, schema)
    expect(fault.expected).toBe(expected)
    expect(fault.found).toMatch(new RegExp(found))
  })
})

describe('a record', () => {
  const byMessage = Type.Record(Type.String(), Type.Number(), {
    propertyNames: { pattern: '^[a-z]+$', patternErrorMessage: 'lower-case letters' },
  })
  const byPattern = Type.Record(
    Type.String({ pattern: '^[a-z/~]+$' }),
    Type.Object({ n: Type.Number() }, closed),
    closed,
  )

  test.each<[string, TSchema, string, string]>([
    ['{"a":1,«"B"»:2}', byMessage, 'a key: lower-case letters', '"B"'],
    ['{"a":«"x"»}', byMessage, 'a number', 'the text "x"'],
    [
      '{«"B"»:2}',
      Type.Record(Type.String(), Type.Number(), { propertyNames: { pattern: '^a' } }),
      'a key: a text that matches ^a',
      '"B"',
    ],
    ['{«"B"»:{"n":1}}', byPattern, 'a key that matches ^[a-z/~]+$', '"B"'],
    ['{"a/b~c":{"n":«"1"»}}', byPattern, 'a number', 'the text "1"'],
    ['{"a":{"n":1,«"m"»:1}}', byPattern, 'a key that is "n"', '"m"'],
  ])('%s', (marked, schema, expected, found) => {
    expect(onlyFaultAtMark(marked, schema)).toMatchObject({ expected, found })
  })

  test('leaves a key to the fault of meaning that points at it too, and tells both for its value', () => {
    const meaning = (root: DocumentNode): Fault[] =>
      entriesOf(root).flatMap(({ key, keyNode, value }) =>
        [keyNode, value].map(({ offset, length }) => ({ offset, length, expected: 'sense', found: quote(key) })),
      )
    const faults = faultsOf('{"B":"x"}', byMessage, meaning)
    expect(faults.map(({ column, expected }) => [column, expected])).toEqual([
      [2, 'sense'],
      [6, 'a number'],
      [6, 'sense'],
    ])
  })

  test('whose document has a key like a word of the schema is checked like any other', () => {
    const schema = Type.Object({ propertyNames: Type.Number(), additionalProperties: Type.Number() })
    expect(faultsOf('{"propertyNames":"x","additionalProperties":"x"}', schema)).toHaveLength(2)
  })
})

describe('a union', () => {
  const nameOrPair = Type.Union([name, Type.Object({ a: name, b: name }, closed)])
  const shapes = Type.Union([
    Type.Object({ kind: Type.Literal('circle'), radius: Type.Number() }, closed),
    Type.Object({ kind: Type.Literal('square'), side: Type.Number() }, closed),
  ])

  test.each<[string, TSchema, string, string]>([
    ['«5»', nameOrPair, 'a name or an object', 'the number 5'],
    ['«"A"»', nameOrPair, 'a name', 'the text "A"'],
    ['{"a":«"A"»,"b":"b"}', nameOrPair, 'a name', 'the text "A"'],
    ['«{»"a":"a"}', nameOrPair, 'the key "b"', 'an object without it'],
    ['«"c"»', Type.Union([Type.Literal('a'), Type.Literal('b')]), '"a" or "b"', 'the text "c"'],
    ['«1»', Type.Union([Type.String(), Type.Null()]), 'a text or null', 'the number 1'],
    ['{"kind":"circle","radius":«"1"»}', shapes, 'a number', 'the text "1"'],
    ['«{»"kind":"square"}', shapes, 'the key "side"', 'an object without it'],
    [
      '«{"kind":"line"}»',
      shapes,
      'an object with "kind": "circle" or an object with "kind": "square"',
      'an object of one entry',
    ],
    ['{"x":«5»,"xy":"a"}', Type.Record(Type.String(), nameOrPair), 'a name or an object', 'the number 5'],
    ['{"a":«5»}', Type.Union([Type.Null(), Type.Object({ a: nameOrPair })]), 'a name or an object', 'the number 5'],
  ])('%s', (marked, schema, expected, found) => {
    expect(onlyFaultAtMark(marked, schema)).toMatchObject({ expected, found })
  })
})

test('a document is accepted exactly when the validator accepts it and every key stands once', () => {
  const schema = Type.Object(
    {
      a: Type.Optional(Type.Union([name, Type.Array(name, { uniqueItems: true }), Type.Object({ b: Type.Null() })])),
      b: Type.Optional(Type.Tuple([Type.Number(), Type.Boolean()])),
      c: Type.Optional(
        Type.Record(Type.String({ pattern: '^[ab]' }), Type.Union([Type.Literal('a'), Type.Literal(1)]), closed),
      ),
      d: Type.Optional(Type.Record(Type.String(), Type.Integer(), { propertyNames: { maxLength: 1 } })),
      e: Type.Optional(Type.Never()),
    },
    closed,
  )
  const scalar = fc.constantFrom('a', 'b', 'A', 1, 0.5, true, null)
  const keys = fc.constantFrom('a', 'b', 'ab', 'c', '__proto__')
  const inner = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(keys, scalar, { maxKeys: 2 }))
  const documents = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), inner, { maxKeys: 3 })
  let accepted = 0
  fc.assert(
    fc.property(documents, (document) => {
      const checked = checkDocument(JSON.stringify(document), { schema })
      if ('value' in checked) accepted += 1
      expect('value' in checked).toBe(Value.Check(schema, document))
    }),
    { numRuns: 1000 },
  )
  expect(accepted).toBeGreaterThan(20)
})

test('the settings of the validator, which the whole process shares, are as before', () => {
  const value = Array.from({ length: 30 }, () => 'x')
  const schema = Type.Array(Type.Number())
  const before = Value.Errors(schema, value).length
  expect(faultsOf(JSON.stringify(value), schema)).toHaveLength(30)
  expect(Value.Errors(schema, value)).toHaveLength(before)
})

test('faults of meaning read over what has another shape, and are told with all others', () => {
  const meaning = (root: DocumentNode): Fault[] => {
    const port = getValue(getValue(root, 'web'), 'port')
    return port?.value === 80 ? [{ ...port, expected: 'a port that is free', found: '80' }] : []
  }
  const schema = Type.Object({ web: Type.Object({ port: Type.Number() }), name })
  expect(faultsOf('{"web":[],"name":1}', schema, meaning)).toHaveLength(2)
  const text = '{"web":{"port":80},"name":1}'
  const faults = faultsOf(text, schema, meaning)
  expect(formatPlace('host.json', faults[0])).toBe('host.json:1:16')
  expect(formatFaults('host.json', faults)).toBe(`host.json has 2 faults:

host.json:1:16 expected a port that is free, found 80
  1 | ${text}
    |                ^^

host.json:1:27 expected a name, found the number 1
  1 | ${text}
    |                           ^`)
})

function faultsOf(
  text: string,
  schema: TSchema,
  meaning: (root: DocumentNode) => Fault[] = () => [],
): readonly LocatedFault[] {
  const checked = checkDocument(text, { schema, meaning })
  return 'faults' in checked ? checked.faults : []
}

/** The one fault of a text, which must be exactly what stands between the marks « and ». */
function onlyFaultAtMark(marked: string, schema: TSchema): LocatedFault {
  const faults = faultsOf(marked.replace(/[«»]/g, ''), schema)
  expect(faults).toHaveLength(1)
  const [fault] = faults
  if (fault === undefined) throw new Error('The text has no fault.')
  expect([fault.offset, fault.length]).toEqual([marked.indexOf('«'), marked.indexOf('»') - marked.indexOf('«') - 1])
  return fault
}
