import { Type } from 'typebox'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { fillDefaults } from './fill-defaults.ts'

const Node = Type.Object({
  host: Type.String({ default: 'localhost' }),
  port: Type.Integer({ default: 80 }),
  tags: Type.Array(Type.String(), { default: ['a'] }),
  zone: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ default: 3 })),
})
const Pool = Type.Object({ kind: Type.Literal('pool'), size: Type.Integer({ default: 2 }), first: Node })
const Single = Type.Object({ kind: Type.Literal('single'), node: Node })

const cases: readonly (readonly [string, TSchema, readonly unknown[]])[] = [
  ['a scalar', Type.String({ default: 'x' }), ['y', '', 0, null, undefined]],
  ['an object', Node, [{}, { host: 'a', port: 1, tags: [], zone: 'z', limit: 1 }, { other: 1 }, 'none', null]],
  ['a list', Type.Array(Node), [[], [{}, { port: 1 }], [1], {}]],
  ['a tuple', Type.Tuple([Node, Type.Array(Node)]), [[{}, [{}]], [{}], [{}, [], {}]]],
  ['other keys', Type.Object({ own: Node }, { additionalProperties: Node }), [{}, { own: {}, a: {} }]],
  [
    'a union',
    Type.Union([Pool, Single, Type.Null()]),
    [
      { kind: 'pool', first: {} },
      { kind: 'single', node: {} },
      { kind: 'none', node: {} },
      { kind: 'single' },
      null,
      1,
    ],
  ],
  [
    'an intersection',
    Type.Intersect([Node, Type.Object({ more: Type.Integer({ default: 1 }) })]),
    [{}, { more: 2 }, 1],
  ],
]

describe('Defaults are filled in as typebox does it, for', () => {
  test.each(cases)('%s', (_, schema, values) => {
    for (const value of values)
      expect(fillDefaults(schema, value)).toEqual(Value.Default(schema, structuredClone(value)))
  })
})

test('Defaults are filled in in maps too, where typebox leaves them out', () => {
  const anyKey = Type.Record(Type.String(), Node)
  const someKeys = Type.Record(Type.String({ pattern: '^a' }), Node)
  const filled = { host: 'localhost', port: 80, tags: ['a'], limit: 3 }
  expect(fillDefaults(anyKey, { a: {}, b: { port: 1 } })).toEqual({ a: filled, b: { ...filled, port: 1 } })
  expect(fillDefaults(someKeys, { a: {}, b: {} })).toEqual({ a: filled, b: {} })
})

test('what was given stays as it was, and shares nothing with what is filled in', () => {
  const given = { list: [{}], free: { deep: [1] } }
  const schema = Type.Object({ list: Type.Array(Node), free: Type.Any() })
  const filled = fillDefaults(schema, given) as typeof given
  filled.free.deep.push(2)
  expect(given).toEqual({ list: [{}], free: { deep: [1] } })
})
