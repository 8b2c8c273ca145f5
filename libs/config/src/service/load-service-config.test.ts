import { chmod } from 'node:fs/promises'
import { createFolder, createRandom, seedFromEnvironment, soakCount } from '@mochi/testing'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { inspectServiceConfig, loadServiceConfig, Secret, variableName } from '../index.ts'
import type { ConfigSchema, ServiceFault, ServiceSources } from '../index.ts'

const schema = Type.Object({
  greeting: Type.String({ default: 'Hello', minLength: 1 }),
  port: Type.Integer({ default: 20_000, minimum: 0, maximum: 65_535 }),
  isLoud: Type.Boolean({ default: false }),
  peers: Type.Array(Type.String(), { default: [] }),
  limits: Type.Object({ body: Type.Integer({ default: 1024 }), ratio: Type.Number({ default: 0.5 }) }),
  tls: Type.Optional(
    Type.Object({ cert: Type.String(), key: Type.String(), version: Type.String({ default: '1.3' }) }),
  ),
})

type Files = { mochi?: unknown; services?: unknown; host?: unknown }

/** A checkout and a prefix in one folder, with what `mochi.json`, `etc/services/foo.json` and `etc/host.json` hold. */
async function createWorld({ mochi, services, host }: Files = {}) {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const folder = await createFolder({
    ...(mochi === undefined ? {} : { 'mochi.json': text(mochi) }),
    ...(services === undefined ? {} : { 'prefix/etc/services/foo.json': text(services) }),
    ...(host === undefined ? {} : { 'prefix/etc/host.json': text(host) }),
  })
  const sources = <Value>(shape: ConfigSchema<Value>, environment = {}): ServiceSources<Value> => ({
    schema: shape,
    name: 'foo',
    root: folder.path,
    prefix: folder.join('prefix'),
    environment,
  })
  return Object.assign(folder, { sources })
}

async function faultsOf(loading: Promise<unknown>): Promise<readonly ServiceFault[]> {
  const error = await loading.then(
    () => new Error('It was accepted.'),
    (error: unknown) => error as { code: string; facts: { faults: ServiceFault[] } },
  )
  expect(error).toMatchObject({ code: 'CONFIG_SERVICE_INVALID' })
  return (error as { facts: { faults: ServiceFault[] } }).facts.faults
}

describe('without any source', () => {
  test('a service has the defaults of its schema, and is on a laptop', async () => {
    await using world = await createWorld()
    const { value, origins, host } = await loadServiceConfig(world.sources(schema))
    expect(value).toEqual({
      greeting: 'Hello',
      port: 20_000,
      isLoud: false,
      peers: [],
      limits: { body: 1024, ratio: 0.5 },
    })
    expect(new Set(Object.values(origins).map(({ kind }) => kind))).toEqual(new Set(['default']))
    expect(host).toEqual({ idc: 'local', flavor: 'localdev', address: '127.0.0.1', labels: {} })
  })

  test('neither a checkout nor a prefix is needed', async () => {
    const { value } = await loadServiceConfig({ schema, name: 'foo', environment: { FOO_PORT: '0' } })
    expect(value).toMatchObject({ port: 0 })
  })
})

describe('the order of sources', () => {
  test('is default, mochi.json, the file of the service, variable; every value knows where it stands', async () => {
    await using world = await createWorld({
      mochi: '{\n  "services": {\n    "foo": { "port": 1, "greeting": "mochi", "isLoud": true }\n  }\n}',
      services: '{ "port": 2,\n  "greeting": "file" }',
    })
    const { value, origins } = await loadServiceConfig(world.sources(schema, { FOO_PORT: '3', FOO_OTHER: 'not ours' }))
    expect(value).toMatchObject({ port: 3, greeting: 'file', isLoud: true, peers: [] })
    expect(origins).toMatchObject({
      port: { kind: 'variable', variable: 'FOO_PORT' },
      greeting: { kind: 'file', file: world.join('prefix/etc/services/foo.json'), line: 2, column: 15 },
      isLoud: { kind: 'file', file: 'mochi.json', line: 3, column: 56 },
      peers: { kind: 'default' },
    })
  })

  const seed = seedFromEnvironment()
  test(`for any sources of any keys the last one that gives a key wins it (seed ${seed})`, async () => {
    const random = createRandom(seed)
    const keys = ['first', 'second', 'inner.third', 'inner.deep.fourth', 'inner.deep.fifth']
    const number = Type.Integer({ default: 0 })
    const deep = Type.Object({ fourth: number, fifth: number })
    const shape = Type.Object({ first: number, second: number, inner: Type.Object({ third: number, deep }) })
    for (let round = 0; round < soakCount(60); round += 1) {
      const given = keys.map((key) => ({ key, in: [1, 2, 3].filter(() => random.chance(0.5)) }))
      const from = (source: number) => given.filter((one) => one.in.includes(source)).map(({ key }) => key)
      await using world = await createWorld({
        mochi: { services: { foo: nest(from(1), 1) } },
        services: nest(from(2), 2),
      })
      const variables = Object.fromEntries(from(3).map((key) => [variableName('foo', key), '3']))
      const { value, origins } = await loadServiceConfig(world.sources(shape, variables))
      const kinds = ['default', 'file', 'file', 'variable']
      for (const one of given) {
        const winner = one.in.at(-1) ?? 0
        expect(valueAt(value, one.key), `${one.key} given by ${one.in.join()}`).toBe(winner)
        expect(origins[one.key]?.kind).toBe(kinds[winner])
      }
    }
  })

  test('a list is taken whole from one source', async () => {
    await using world = await createWorld({
      mochi: { services: { foo: { peers: ['a', 'b'] } } },
      services: { peers: ['c'] },
    })
    expect((await loadServiceConfig(world.sources(schema))).value).toMatchObject({ peers: ['c'] })
  })

  test('an object that may be left out is there when a source names a key of it, with the defaults of the others', async () => {
    await using world = await createWorld({ services: { tls: { cert: '/c', key: '/k' } } })
    expect((await loadServiceConfig(world.sources(schema, { FOO_TLS_KEY: '/mine' }))).value).toMatchObject({
      tls: { cert: '/c', key: '/mine', version: '1.3' },
    })
  })
})

describe('a variable', () => {
  test.each([
    ['a text, as it is', Type.String(), ' 8 ', ' 8 '],
    ['a number', Type.Number(), '-1.5e3', -1500],
    ['true or false', Type.Boolean(), 'true', true],
    ['a list, as JSON', Type.Array(Type.Integer()), '[1, 2]', [1, 2]],
    ['a map, as JSON', Type.Record(Type.String(), Type.Integer()), '{"a":1}', { a: 1 }],
    ['one of some texts', Type.Union([Type.Literal('a'), Type.Literal('b')]), 'b', 'b'],
    ['a number or a text, as a number', Type.Union([Type.Integer(), Type.String()]), '8', 8],
    ['a number or a text, as a text', Type.Union([Type.Integer(), Type.String()]), 'eight', 'eight'],
  ])('gives %s', async (_name, part, text, expected) => {
    const { value } = await loadServiceConfig({
      schema: Type.Object({ key: part }),
      name: 'foo',
      environment: { FOO_KEY: text },
    })
    expect(value).toEqual({ key: expected })
  })

  test.each([
    ['a number', Type.Integer(), ['', ' 1', '0x10', '1.5', 'Infinity', 'one', '[1]']],
    ['true or false', Type.Boolean(), ['1', 'yes', 'TRUE', '']],
    ['a list', Type.Array(Type.Integer()), ['1,2', '[1', '["a"]', '{}', '']],
  ])('that gives no %s is a fault which does not repeat it', async (_name, part, texts) => {
    for (const text of texts) {
      const faults = await faultsOf(
        loadServiceConfig({ schema: Type.Object({ key: part }), name: 'foo', environment: { FOO_KEY: text } }),
      )
      expect(faults).toMatchObject([{ kind: 'variable', variable: 'FOO_KEY', key: 'key' }])
    }
  })

  test('of an object holds JSON; those of its keys win over it', async () => {
    const environment = { FOO_TLS: '{"cert":"/c","key":"/k"}', FOO_TLS_KEY: '/mine' }
    const { value, origins } = await loadServiceConfig({ schema, name: 'foo', environment })
    expect(value).toMatchObject({ tls: { cert: '/c', key: '/mine' } })
    expect(origins).toMatchObject({ 'tls.cert': { variable: 'FOO_TLS' }, 'tls.key': { variable: 'FOO_TLS_KEY' } })
  })

  test('of an object is told of an unknown key what was meant, and nothing of its values', async () => {
    const environment = { FOO_TLS: '{"cert":"hunter2","kery":"hunter2"}' }
    const loading = loadServiceConfig({ schema, name: 'foo', environment })
    await expect(loading).rejects.toThrow(
      /FOO_TLS expected a key that is "cert", "key" or "version" \("key"\?\), in its JSON/,
    )
    await expect(loading).rejects.not.toThrow(/hunter2/)
  })
})

describe('faults', () => {
  test('of all sources come at once, each pointed at in its text or by its variable', async () => {
    await using world = await createWorld({
      mochi: '{ "services": { "foo": { "prot": 1 }, "bar": { "what": "ever" } } }',
      services: '{\n  "greeting": 3,\n  "tls": { "cert": "/c" }\n}',
      host: { idc: 'us1', flavor: 'test', address: '10.0.0.1' },
    })
    const loading = loadServiceConfig(world.sources(schema, { FOO_PORT: 'hunter2', FOO_IS_LOUD: '2' }))
    expect(await faultsOf(loading)).toMatchObject([
      { kind: 'text', file: world.join('prefix/etc/host.json'), fault: { found: 'the text "test"' } },
      { kind: 'text', file: 'mochi.json', fault: { line: 1, column: 26, suggestion: '"port"' } },
      { kind: 'text', fault: { line: 2, column: 15, expected: 'a text with at least one character' } },
      { kind: 'variable', variable: 'FOO_PORT', expected: 'a whole number from 0 to 65535' },
      { kind: 'variable', variable: 'FOO_IS_LOUD', expected: 'true or false' },
      {
        kind: 'missing',
        key: 'tls.key',
        places: ['FOO_TLS_KEY', world.join('prefix/etc/services/foo.json'), 'mochi.json (services.foo)'],
      },
    ])
    await expect(loading).rejects.not.toThrow(/hunter2/)
  })

  test('stand under each other for a person, with the span underlined', async () => {
    await using world = await createWorld({ mochi: '{ "services": { "foo": { "prot": 1 } } }' })
    await expect(loadServiceConfig(world.sources(schema, { FOO_PORT: 'x' }))).rejects.toThrow(
      [
        'The configuration of foo has 2 faults:',
        '',
        'mochi.json:1:26 expected a key that is "greeting", "port", "isLoud", "peers", "limits" or "tls", found "prot"; did you mean "port"?',
        '  1 | { "services": { "foo": { "prot": 1 } } }',
        '    |                          ^^^^^^',
        '',
        'FOO_PORT expected a whole number from 0 to 65535 for port, found something else in this variable',
      ].join('\n'),
    )
  })

  test('of a text that is no JSON are those of its syntax alone: what it was to give is not called missing', async () => {
    await using world = await createWorld({ services: '{ "key": 1,' })
    const faults = await faultsOf(loadServiceConfig(world.sources(Type.Object({ key: Type.Integer() }))))
    expect(faults).toMatchObject([{ kind: 'text', fault: { found: 'the end of the text' } }])
  })

  test('a value that is overridden is looked at too', async () => {
    await using world = await createWorld({ services: { port: 'eighty' } })
    const faults = await faultsOf(loadServiceConfig(world.sources(schema, { FOO_PORT: '80' })))
    expect(faults).toMatchObject([{ kind: 'text', fault: { found: 'the text "eighty"' } }])
  })

  test('a key that stands twice, and a file that is a folder', async () => {
    await using world = await createWorld({ services: '{ "port": 1, "port": 2 }' })
    await world.write({ 'mochi.json/is/a/folder': '' })
    expect(await faultsOf(loadServiceConfig(world.sources(schema)))).toMatchObject([
      { kind: 'unreadable', file: 'mochi.json' },
      { kind: 'text', fault: { found: '"port" again' } },
    ])
  })

  test('a default that breaks its own schema points at the schema', async () => {
    const wrong = Type.Object({ port: Type.Integer({ default: 80, minimum: 1024 }) })
    expect(await faultsOf(loadServiceConfig({ schema: wrong, name: 'foo', environment: {} }))).toMatchObject([
      { kind: 'value', key: 'port', origin: 'src/config.ts' },
    ])
  })

  test('editors may be told the schema of a file', async () => {
    await using world = await createWorld({ services: { $schema: './foo.schema.json', port: 1 } })
    expect((await loadServiceConfig(world.sources(schema))).value).toMatchObject({ port: 1 })
  })
})

describe('a schema is refused', () => {
  const of = (shape: ConfigSchema) => loadServiceConfig({ schema: shape, name: 'foo', environment: {} })

  test.each([
    [
      'whose keys share a variable',
      Type.Object({ tlsCert: Type.String(), tls: Type.Object({ cert: Type.String() }) }),
      'FOO_TLS_CERT',
    ],
    ['with a secret in a list', Type.Object({ keys: Type.Array(Secret()) }), 'keys: a secret'],
    ['with a secret in a union', Type.Object({ key: Type.Union([Secret(), Type.Null()]) }), 'key: a secret'],
    ['with a key that cannot be a file', Type.Object({ '../key': Secret() }), '"../key"'],
  ])('%s', async (_name, shape, words) => {
    await expect(of(shape)).rejects.toMatchObject({
      code: 'CONFIG_SCHEMA_UNUSABLE',
      message: expect.stringContaining(words) as string,
    })
  })
})

describe('an inspection', () => {
  test('shows every key with value and origin, whatever is wrong, and no secret', async () => {
    await using world = await createWorld({ services: { port: 'x', tls: { cert: '/c', key: '/k' } } })
    await world.write({ 'prefix/etc/secrets/foo/apiKey': 'hunter2hunter2' })
    await chmod(world.join('prefix/etc/secrets/foo/apiKey'), 0o644)
    const shape = Type.Object({ ...schema.properties, apiKey: Secret(), cookieKey: Secret({ localdev: 'made' }) })
    const { keys, faults } = await inspectServiceConfig(world.sources(shape))
    expect(keys).toContainEqual({ key: 'cookieKey', origin: undefined, secret: 'later' })
    expect(keys).toContainEqual({
      key: 'tls.cert',
      value: '/c',
      origin: expect.objectContaining({ kind: 'file' }) as unknown,
    })
    expect(JSON.stringify([keys, faults])).not.toContain('hunter2')
    expect(faults).toMatchObject([{ kind: 'text' }, { kind: 'secret', key: 'apiKey' }])
  })
})

function nest(paths: readonly string[], value: number): object {
  const root: Record<string, unknown> = {}
  for (const path of paths) {
    const words = path.split('.')
    const last = words.pop() ?? ''
    const at = words.reduce<Record<string, unknown>>(
      (inner, word) => (inner[word] ??= {}) as Record<string, unknown>,
      root,
    )
    at[last] = value
  }
  return root
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], value)
}
