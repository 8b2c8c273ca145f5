import { isMochiError } from '@mochi/errors'
import { localdevPort } from '@mochi/names'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMochiConfig } from './index.ts'
import type { LocatedFault } from './index.ts'

const smallest = { scopes: ['@mochi'], domain: 'example.com' }

describe('a mochi.json without faults', () => {
  test('has every default filled in', () => {
    expect(parse(JSON.stringify(smallest))).toEqual({
      ...smallest,
      label: 'erl',
      idcs: [],
      services: {},
      cache: undefined,
    })
  })

  test('keeps what it says', () => {
    const document = { scopes: ['@a', '@b-c.d_e'], domain: 'a.example.com', label: 'node', idcs: ['us1', 'eu-2'] }
    const services = { hello: { port: 3000 } }
    const cache = { url: 'http://10.0.0.1:8080/cache', insecure: true, compare: 50 }
    const text = JSON.stringify({ $schema: './x.json', ...document, services, cache })
    expect(parse(text)).toEqual({ ...document, services, cache })
  })

  test('gives a service without a port the one of its name', () => {
    const text = JSON.stringify({ ...smallest, services: { hello: {} } })
    expect(parse(text).services).toEqual({ hello: { port: localdevPort('hello') } })
  })

  test('sends no token in clear and compares nothing where it names a build cache and no more', () => {
    const text = JSON.stringify({ ...smallest, cache: { url: 'https://cache.example.com' } })
    expect(parse(text).cache).toEqual({ url: 'https://cache.example.com', insecure: false, compare: 0 })
  })
})

describe('a fault of syntax', () => {
  test.each([
    ['', '1:1', 'a value', 'the end of the text'],
    ['{"scopes": }', '1:12', 'a value, and no comma after the last entry', '"}"'],
    ['{"scopes" []}', '1:11', 'a colon between key and value', '"["'],
    ['{"a": 1 "b": 2}', '1:9', 'a comma between two entries', '"\\"b\\""'],
    ['{"a": 1,}', '1:9', 'a key in double quotes, and no comma after the last entry', '"}"'],
    ['{"a": [1', '1:9', 'a closing bracket ]', 'the end of the text'],
    ['{"a": 1', '1:8', 'a closing brace }', 'the end of the text'],
    ['{"a": "b\n}', '1:7', 'a closing double quote on the same line', '"\\"b"'],
    ['{} {}', '1:4', 'nothing after the end of the document', '"{"'],
    ['{"a": x}', '1:7', 'a value: an object, a list, a text in double quotes, a number, true, false or null', '"x"'],
    [
      '\uFEFF{}',
      '1:1',
      'a value: an object, a list, a text in double quotes, a number, true, false or null',
      '"\uFEFF"',
    ],
    [`${'['.repeat(65)}${']'.repeat(65)}`, '1:65', 'at most 64 levels', 'one more'],
  ])('%j is pointed at', (text, place, expected, found) => {
    expect(faultsOf(text)[0]).toMatchObject({ place, expected, found })
  })

  test('hides faults of meaning, which would be guesses', () => {
    expect(faultsOf('{"scops": 1,, "domain": 2}')).toHaveLength(1)
  })

  test('in a text that is no JSON at all is listed until nobody reads on, and the message ends sooner', () => {
    const error = refusal('x '.repeat(5000))
    expect(error.facts['faults']).toHaveLength(100)
    expect(error.message).toMatch(/… and 50 more$/)
  })

  test('of a million open brackets is an error like any other', () => {
    expect(faultsOf('['.repeat(1_000_000))).toHaveLength(1)
  })
})

describe('a comment', () => {
  test('is a fault, and what is wrong beside it is still found', () => {
    const text = '{\n  // who we are\n  "scopes": ["@mochi"], /* x */\n  "domain": 5\n}'
    expect(faultsOf(text)).toMatchObject([
      { place: '2:3', expected: 'plain JSON, which has no comments', found: '"// who we are"' },
      { place: '3:25', expected: 'plain JSON, which has no comments', found: '"/* x */"' },
      { place: '4:13', found: 'the number 5' },
    ])
  })
})

describe('a fault of shape', () => {
  test.each([
    ['«[]»', 'an object', 'an empty list'],
    ['«{»"domain":"a.b"}', /^the key "scopes" \(/, 'an object without it'],
    ['{"scopes":«[]»,"domain":"a.b"}', 'a list with at least one entry', 'an empty list'],
    ['{"scopes":[«"mochi"»],"domain":"a.b"}', /^a scope: /, 'the text "mochi"'],
    ['{"scopes":["@a",«"@a"»],"domain":"a.b"}', 'every entry once', 'the text "@a" again'],
    ['{"scopes":["@a"],"domain":«"localhost"»}', /^a domain like /, 'the text "localhost"'],
    ['{"scopes":["@a"],"domain":«"Example.com"»}', /^a domain like /, 'the text "Example.com"'],
    ['{"scopes":["@a"],"domain":«"a.b-"»}', /^a domain like /, 'the text "a.b-"'],
    [`{"scopes":["@a"],"domain":«"${'a'.repeat(60)}.${'b'.repeat(60)}"»}`, /^a domain like /, /…"$/],
    [withKey('"label":«"a.b"»'), /^lower-case letters/, 'the text "a.b"'],
    [withKey('"label":«null»'), /^lower-case letters/, 'null'],
    [withKey('"idcs":["us1",«true»]'), /^lower-case letters/, 'the boolean true'],
    [withKey('"services":«[1]»'), 'an object', 'a list'],
    [withKey('"services":{"a":«3»}'), 'an object', 'the number 3'],
    [withKey('"services":{"a":{"port":«"80"»}}'), 'a whole number from 1024 to 65535', 'the text "80"'],
    [withKey('"services":{"a":{"port":«80»}}'), 'a whole number from 1024 to 65535', 'the number 80'],
    [withKey('"services":{"a":{"port":«3000.5»}}'), 'a whole number from 1024 to 65535', 'the number 3000.5'],
    [withKey('"services":{"a":{"port":«70000»}}'), 'a whole number from 1024 to 65535', 'the number 70000'],
  ])('%s', (marked, expected, found) => {
    const fault = onlyFaultAtMark(marked)
    expect(fault.expected).toMatch(expected)
    expect(fault.found).toMatch(found)
  })

  test.each([
    [withKey('«"lable"»:"erl"'), '"label"'],
    [withKey('«"Idcs"»:[]'), '"idcs"'],
    [withKey('«"colour"»:1'), undefined],
    [withKey('«"__proto__"»:{"port":1}'), undefined],
    [withKey('«"constructor"»:1'), undefined],
  ])('an unknown key, as in %s, is told the nearest one: %s', (marked, suggestion) => {
    const fault = onlyFaultAtMark(marked)
    expect(fault.expected).toMatch(/^a key that is "/)
    expect(fault.suggestion).toBe(suggestion)
  })
})

test('a service may have values of its own in mochi.json, which its own schema judges', () => {
  const text = withKey('"services":{"a":{"port":3000,"greeting":"Hi"}}')
  expect(parseMochiConfig(text, 'mochi.json').services).toEqual({ a: { port: 3000 } })
})

describe('a key that stands twice', () => {
  test.each([
    ['{"scopes":["@a"],"domain":"a.b",«"domain"»:"c.d"}', '"domain" again'],
    ['{"scopes":["@a"],"domain":"a.b",«"\\u0064omain"»:"c.d"}', '"domain" again'],
    [withKey('"services":{"a":{},«"a"»:{"port":3000}}'), '"a" again'],
  ])('in %s is a fault', (marked, found) => {
    expect(onlyFaultAtMark(marked)).toMatchObject({ expected: 'every key once in an object', found })
  })
})

describe('a fault of meaning', () => {
  test.each([
    ['"services":{«"Foo"»:{}}', /^the name of an app \(words of/, '"Foo"', '"foo"'],
    ['"services":{«"a-dev"»:{}}', /not ending in -localdev, -dev or -prod\)$/, '"a-dev"', '"a"'],
    ['"services":{«"npm"»:{}}', 'a name that is free for an app', /^"npm", reserved: /, '"npm-app"'],
    ['"services":{"a":{"port":«4873»}}', 'a port of its own', '4873, the port of the registry', undefined],
    ['"services":{"a":{"port":«15353»}}', 'a port of its own', '15353, the port of the nameserver', undefined],
    ['"services":{"a":{"port":«55647»}}', 'a port of its own', '55647, the port of the udplog', undefined],
    ['"idcs":[«"local"»]', 'the name of a data centre', '"local", the IDC of every laptop', undefined],
  ])('%s', (marked, expected, found, suggestion) => {
    const fault = onlyFaultAtMark(withKey(marked))
    expect(fault.expected).toMatch(expected)
    expect(fault.found).toMatch(found)
    expect(fault.suggestion).toBe(suggestion)
  })

  test('two services on one port: the second given is to blame', () => {
    const fault = onlyFaultAtMark(withKey('"services":{"a":{"port":3000},"b":{"port":«3000»}}'))
    expect(fault.found).toBe('3000, which "a" has too')
  })

  test('a given port that another service has by its name: the given one is to blame, wherever it stands', () => {
    const port = localdevPort('zoo')
    const fault = onlyFaultAtMark(withKey(`"services":{"a":{"port":«${port}»},"zoo":{}}`))
    expect(fault.found).toBe(`${port}, which "zoo" has by its name`)
  })

  test('two names with the same port: the key of the second is to blame', () => {
    const [first, second] = namesOfOnePort()
    const fault = onlyFaultAtMark(withKey(`"services":{"${first}":{},«"${second}"»:{}}`))
    expect(fault.found).toBe(`${localdevPort(first)}, which "${first}" has by its name`)
  })
})

test('every fault is told at once, in the order of the text, more than eight of them too', () => {
  const names = Array.from({ length: 30 }, (_, index) => `"s${index}": {"port": "x"}`)
  const faults = faultsOf(`{"scops": [],\n"domain": 1,\n"services": {${names.join(',\n')}}}`)
  expect(faults).toHaveLength(33)
  expect(faults.map(({ offset }) => offset)).toEqual(faults.map(({ offset }) => offset).sort((a, b) => a - b))
})

test('the message shows each fault with its line, the span underlined', () => {
  expect(refusal('{\n  "scopes": ["@mochi"],\n  "domain": "example.com",\n  "lable": "erl"\n}')).toMatchObject({
    code: 'CONFIG_INVALID',
    where: 'mochi.json:4:3',
    hint: 'Correct mochi.json and run the command again.',
    message: `mochi.json has a fault:

mochi.json:4:3 expected a key that is "$schema", "scopes", "domain", "label", "idcs", "services" or "cache", found "lable"; did you mean "label"?
  4 |   "lable": "erl"
    |   ^^^^^^^`,
  })
})

describe('whatever is done to a mochi.json', () => {
  const good = JSON.stringify(
    { ...smallest, label: 'erl', idcs: ['us1'], services: { a: { port: 3000 }, b: {} } },
    null,
    2,
  )
  const pieces = fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '//',
      '/*',
      '\r',
      '\n',
      '\u2028',
      'null',
      '-',
      '1e999',
      '"a"',
    ),
    fc.constantFrom('"__proto__":', '"services":', '"port":', '\\u12', '\uD800', '😀', '\0', '\t'),
    fc.string({ maxLength: 5 }),
    fc.json(),
  )
  const edits = fc.array(fc.tuple(fc.nat(good.length), fc.nat(12), pieces), { minLength: 1, maxLength: 4 })
  const mutated = edits.map((list) =>
    list.reduce((text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length), good),
  )
  const keys = fc.constantFrom('scopes', 'domain', 'label', 'idcs', 'services', 'port', 'a', '__proto__', 'x/y~z', '')
  const documents = fc
    .dictionary(keys, fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue())))
    .map((value) => JSON.stringify({ ...smallest, ...value }))
  const texts = fc.oneof(mutated, documents, fc.string({ unit: 'binary' }))

  test('the answer is a configuration or the coded error, never anything else, and JSON.parse agrees', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const outcome = attempt(text)
        if (isMochiError(outcome)) return outcome.code === 'CONFIG_INVALID'
        return (JSON.parse(text) as { domain: string }).domain === (outcome as { domain: string }).domain
      }),
      { numRuns: 300 },
    )
  })

  test('every fault lies inside the text, and its line and column lead to it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const outcome = attempt(text)
        for (const fault of isMochiError(outcome) ? (outcome.facts['faults'] as LocatedFault[]) : []) {
          expect(fault.offset).toBeGreaterThanOrEqual(0)
          expect(fault.offset + fault.length).toBeLessThanOrEqual(text.length)
          expect(offsetOf(text, fault)).toBe(fault.offset)
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** The offset of a line and column, counted anew: letter by letter. */
function offsetOf(text: string, { line, column }: LocatedFault): number {
  let offset = 0
  for (let current = 1; current < line; offset += 1) {
    const isEnd = text[offset] === '\n' || (text[offset] === '\r' && text[offset + 1] !== '\n')
    if (isEnd) current += 1
  }
  return offset + column - 1
}

/** A document without a fault but for the key that is added. */
function withKey(entry: string): string {
  return `{"scopes":["@a"],"domain":"example.com",\n  ${entry}\n}`
}

/** The one fault of a text, which must be exactly what stands between the marks « and ». */
function onlyFaultAtMark(marked: string): LocatedFault {
  const faults = faultsOf(marked.replace(/[«»]/g, ''))
  expect(faults).toHaveLength(1)
  const [fault] = faults
  if (fault === undefined) throw new Error('The text has no fault.')
  const { offset, length } = fault
  expect([offset, length]).toEqual([marked.indexOf('«'), marked.indexOf('»') - marked.indexOf('«') - 1])
  return fault
}

function namesOfOnePort(): [string, string] {
  const byPort = new Map<number, string>()
  for (let index = 0; ; index += 1) {
    const name = `n${index}`
    const other = byPort.get(localdevPort(name))
    if (other !== undefined) return [other, name]
    byPort.set(localdevPort(name), name)
  }
}

function parse(text: string) {
  return parseMochiConfig(text, 'mochi.json')
}

function attempt(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    return error
  }
}

function refusal(text: string) {
  const error = attempt(text)
  if (!isMochiError(error)) throw new Error('The text was accepted.', { cause: error })
  return error
}

function faultsOf(text: string): (LocatedFault & { place: string })[] {
  const faults = refusal(text).facts['faults'] as LocatedFault[]
  return faults.map((fault) => ({ ...fault, place: `${fault.line}:${fault.column}` }))
}
