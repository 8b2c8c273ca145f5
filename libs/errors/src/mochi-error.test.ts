import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MochiError, formatError, isMochiError } from './index.ts'
import { secretTexts } from './secret-texts.fixture.ts'

const code = 'TEST_FAILED'

describe('no secret can be read from an error', () => {
  test('in whichever part a text that holds one was put', () => {
    fc.assert(
      fc.property(secretTexts(), ({ secret, text }) => {
        const inner = Object.assign(new TypeError(text, { cause: text }), { code: text, options: { url: text } })
        const error = new MochiError({
          code,
          message: `Expected: ${text}`,
          where: text,
          hint: text,
          facts: { text, list: [text], deep: { map: new Map([[text, text]]) }, error: inner, [text]: 1 },
          cause: new AggregateError([inner, text], text, { cause: inner }),
        })
        expect(everythingOf(error)).not.toContain(secret)
      }),
      { numRuns: 500 },
    )
  })

  test('whatever the value of a fact whose key names one, wherever else it stands', () => {
    // The sign keeps a secret from being a word of the stack's paths by chance.
    const secrets = fc.string({ minLength: 2 }).map((text) => `§${text}`)
    const keys = fc.constantFrom('token', 'password', 'clientSecret', 'npmTokens', 'cookie', '_auth')
    fc.assert(
      fc.property(secrets, keys, (secret, key) => {
        const error = new MochiError({
          code,
          message: `a${secret}b`,
          where: secret,
          hint: encodeURIComponent(secret.toWellFormed()),
          facts: { [key]: secret, other: [secret], nested: { [key]: { values: [secret] } } },
          cause: new Error(JSON.stringify(secret)),
        })
        const shown = everythingOf(error)
        for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) expect(shown).not.toContain(form)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['text', 'abc'],
    ['number', 12345],
    ['list', ['abc']],
    ['nothing', null],
    ['flag', true],
  ])('a fact called token is redacted when its value is a %s', (_, token) => {
    expect(new MochiError({ code, message: 'x', facts: { token } }).facts).toEqual({ token: '<redacted>' })
  })

  test('also where the object that holds it stands under a harmless key first', () => {
    const shared = { value: 'hunter2' }
    const error = new MochiError({ code, message: 'hunter2', facts: { request: shared, token: shared } })
    expect(everythingOf(error)).not.toContain('hunter2')
  })

  test('nor as a number elsewhere', () => {
    const facts = { token: 123_456, request: { pin: 123_456, port: 4873 } }
    expect(new MochiError({ code, message: 'x', facts }).facts).toEqual({
      token: '<redacted>',
      request: { pin: '<redacted>', port: 4873 },
    })
  })

  test('a secret shorter than three characters does not cost the message its letters', () => {
    const error = new MochiError({ code, message: 'a banana', facts: { password: 'a' } })
    expect([error.message, error.facts]).toEqual(['a banana', { password: '<redacted>' }])
  })
})

function everythingOf(error: Error): string {
  const shown: unknown[] = [error.message, error.stack, String(error), inspect(error, { depth: 20, showHidden: true })]
  const json = JSON.stringify(error)
  const text = isMochiError(error) ? formatError(error) : ''
  const cause = error.cause instanceof Error ? everythingOf(error.cause) : inspect(error.cause)
  return [...shown, json, text, cause].join('\n')
}

describe('facts', () => {
  const factsOf = (facts: Record<string, unknown>) => new MochiError({ code, message: 'x', facts }).facts

  test('keep plain data as it is, in a copy', () => {
    const facts = { text: 'a', number: 1, flag: false, nothing: null, list: [1, { a: 'b' }] }
    const { list } = factsOf(facts)
    expect(factsOf(facts)).toEqual(facts)
    facts.list.push(2)
    expect(list).toEqual([1, { a: 'b' }])
  })

  test('that hold themselves say so', () => {
    const facts: Record<string, unknown> = { name: 'a', password: 'hunter2' }
    facts['self'] = facts
    facts['list'] = [facts]
    expect(factsOf(facts)).toEqual({ name: 'a', password: '<redacted>', self: '<circular>', list: ['<circular>'] })
  })

  test('that stand in two places are shown in both', () => {
    const shared = { a: 1 }
    expect(factsOf({ first: shared, second: shared })).toEqual({ first: shared, second: shared })
  })

  test('of any depth end where nobody reads on', () => {
    const deep = Array.from({ length: 100_000 }).reduce<object>((inner) => ({ inner }), {})
    const text = JSON.stringify(factsOf({ deep }))
    expect(text).toContain('<deeper>')
    expect(text.length).toBeLessThan(1000)
  })

  test('become what JSON can hold', () => {
    const facts = factsOf({
      big: 12n,
      run: () => 1,
      mark: Symbol('a'),
      bytes: Buffer.from('secret'),
      when: new Date(0),
      url: new URL('https://ann:s3cret@a.example/'),
      set: new Set(['a']),
      map: new Map([['password', 'abc']]),
      error: new RangeError('too far'),
      none: undefined,
    })
    expect(JSON.parse(JSON.stringify(facts))).toEqual({
      big: '12',
      run: '<function>',
      mark: '<symbol>',
      bytes: '<6 bytes>',
      when: '1970-01-01T00:00:00.000Z',
      url: 'https://<redacted>@a.example/',
      set: ['a'],
      map: { password: '<redacted>' },
      error: { name: 'RangeError', message: 'too far' },
    })
  })

  test('that cannot be read do not keep the error from being made', () => {
    const hostile = {
      get value(): string {
        throw new Error('never')
      },
    }
    expect(factsOf({ hostile, other: 1 })).toEqual({ hostile: '<unreadable>', other: 1 })
  })
})

const throwing: PropertyDescriptor = {
  enumerable: true,
  get() {
    throw new Error('never')
  },
}
const revoked = Proxy.revocable({}, {})
revoked.revoke()
const hostiles: [string, unknown][] = [
  ['an array with a getter that throws', Object.defineProperty(['a'], 0, throwing)],
  ['a proxy that was revoked', revoked.proxy],
  ['what only claims to be a URL', Object.create(URL.prototype)],
  ['what only claims to be a Date', Object.create(Date.prototype)],
  ['what only claims to be a Map', Object.create(Map.prototype)],
  ['an error whose cause throws', Object.defineProperty(new Error('kept'), 'cause', throwing)],
  ['an error with a field that throws', Object.defineProperty(new Error('kept'), 'field', throwing)],
  ['an error whose name throws', Object.defineProperty(new Error('kept'), 'name', throwing)],
  ['an aggregate without errors', Object.assign(new AggregateError([], 'kept'), { errors: undefined })],
  ['an aggregate whose errors throw', Object.defineProperty(new AggregateError([], 'kept'), 'errors', throwing)],
  [
    'an error with a field __proto__',
    Object.defineProperty(new Error('kept'), '__proto__', { value: {}, enumerable: true }),
  ],
]

describe.each(hostiles)('%s keeps no error from being made', (name, hostile) => {
  test('as a fact, beside others', () => {
    const error = new MochiError({ code, message: 'x', facts: { hostile, set: new Set([hostile]), other: 1 } })
    expect(error.facts).toMatchObject({ other: 1 })
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code })
  })

  test('as a cause, which stays an error where it was one', () => {
    const { cause } = new MochiError({ code, message: 'x', cause: hostile })
    const isError = /^an (?:error|aggregate)/.test(name)
    expect(cause instanceof Error ? cause.message : cause).toBe(isError ? 'kept' : '<unreadable>')
  })
})

describe('a cause', () => {
  const causeOf = (cause: unknown) => new MochiError({ code, message: 'x', cause }).cause

  test('keeps name, message, stack and fields', () => {
    const cause = Object.assign(new TypeError('open failed'), { code: 'ENOENT', errno: -2, path: '/a' })
    expect(causeOf(cause)).toMatchObject({
      code: 'ENOENT',
      errno: -2,
      message: 'open failed',
      name: 'TypeError',
      path: '/a',
    })
    expect((causeOf(cause) as Error).stack).toBe(cause.stack)
  })

  test('is a copy: the original belongs to somebody else and stays', () => {
    const cause = new Error('password=abc')
    expect(causeOf(cause)).toMatchObject({ message: 'password=<redacted>' })
    expect(cause.message).toBe('password=abc')
  })

  test('keeps its own causes and all that an aggregate holds', () => {
    const cause = new AggregateError([new Error('a'), 'token=abc'], 'two', { cause: new Error('b') })
    const copy = causeOf(cause) as AggregateError
    expect(copy.errors).toMatchObject([{ message: 'a' }, 'token=<redacted>'])
    expect(copy.cause).toMatchObject({ message: 'b' })
  })

  test('that is a coded error keeps its code', () => {
    const inner = new MochiError({ code: 'TEST_INNER', message: 'inner', hint: 'do this' })
    const copy = causeOf(inner)
    expect(isMochiError(copy)).toBe(true)
    expect(copy).toMatchObject({ code: 'TEST_INNER', message: 'inner', hint: 'do this' })
  })

  test('that causes itself ends', () => {
    const cause = new Error('a')
    cause.cause = new Error('b', { cause })
    expect(causeOf(cause)).toMatchObject({ message: 'a', cause: { message: 'b', cause: '<circular>' } })
  })

  test('with a chain of any length ends where nobody reads on', () => {
    const chain = Array.from({ length: 1000 }).reduce<Error>((cause) => new Error('a', { cause }), new Error('first'))
    expect(inspect(causeOf(chain), { depth: 50 })).toContain('<deeper>')
  })

  test('that was not given is absent', () => {
    expect('cause' in new MochiError({ code, message: 'x' })).toBe(false)
  })

  test.each([[null], ['text'], [{ status: 500 }]])('that is no error, %j, is kept', (cause) => {
    expect(causeOf(cause)).toEqual(cause)
  })
})

describe('an error', () => {
  test('is made whatever is put in, and can be printed as JSON', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withTypedArray: true,
    })
    const causes = anything.map((part) => Object.assign(new Error('a'), { cause: part, name: part, message: part }))
    fc.assert(
      fc.property(anything, fc.oneof(anything, causes), (facts, cause) => {
        const error = new MochiError({ code, message: 'x', facts: { facts, token: [facts] }, cause })
        expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code, facts: { token: '<redacted>' } })
      }),
    )
  })

  test('says its name in its stack, for logs of bugs', () => {
    expect(new MochiError({ code, message: 'broken' }).stack).toMatch(/^MochiError: broken\n/)
  })

  test('is printed as JSON with the parts that are set', () => {
    const error = new MochiError({ code, message: 'x', where: 'mochi.json:1:2', facts: { port: 1 } })
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code,
      message: 'x',
      where: 'mochi.json:1:2',
      facts: { port: 1 },
    })
  })

  test('is recognised from another copy of this library, and other errors are not', () => {
    const foreign = Object.assign(new Error('x'), { name: 'MochiError', code: 'A' })
    expect([foreign, new MochiError({ code, message: 'x' })].map(isMochiError)).toEqual([true, true])
    const others = [new Error('x'), { name: 'MochiError', code: 'A' }, null, 'MochiError']
    expect(others.map(isMochiError)).toEqual([false, false, false, false])
  })
})
