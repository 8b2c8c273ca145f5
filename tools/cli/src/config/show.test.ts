import { chmod } from 'node:fs/promises'
import { isMochiError } from '@mochi/errors'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { proposeServices } from '../complete/values.ts'
import { createTestContext } from '../testing/test-context.ts'
import { runConfigShow } from './show.ts'

const SECRET = 'correct-horse-battery'

/** As `serviceConfig` and `Secret` make it; plain, because a folder outside of the workspace finds no packages. */
const SCHEMA = {
  type: 'object',
  required: ['greeting', 'port', 'limits', 'signet'],
  properties: {
    greeting: { type: 'string', default: 'Hello' },
    port: { type: 'integer', default: 20_000 },
    database: { type: 'string' },
    limits: { type: 'object', required: [], properties: { body: { type: 'integer', default: 1024 } } },
    signet: { type: 'string', minLength: 8, mochiSecret: 'given' },
  },
}

type Options = {
  env?: Record<string, string>
  flags?: { json?: boolean; flavor?: 'prod' }
  files?: Record<string, string>
}

async function show(name: string, { env = {}, flags = {}, files = {} }: Options = {}) {
  await using root = await createFolder({
    'apps/foo/package.json': '{}',
    'apps/foo/src/config.ts': `export const configSchema = ${JSON.stringify(SCHEMA)}`,
    'apps/bar/package.json': '{}',
    'libs/food/package.json': '{}',
    ...files,
  })
  if ('prefix/etc/secrets/foo/signet' in files) await chmod(root.join('prefix/etc/secrets/foo/signet'), 0o600)
  const context = createTestContext({ root: root.path, prefix: root.join('prefix'), env })
  const outcome = await runConfigShow(context, { json: false, flavor: undefined, ...flags }, name).then(
    (code) => ({ code, error: undefined }),
    (error: unknown) => ({ code: undefined, error }),
  )
  return { ...outcome, stdout: context.written.stdout.replaceAll(root.path, '') }
}

const given = { 'prefix/etc/secrets/foo/signet': SECRET }

describe('mochi config show', () => {
  test('prints every key with its value and where it comes from, and no secret', async () => {
    const { code, stdout } = await show('foo', {
      env: { FOO_PORT: '80', FOO_DATABASE: 'postgres://ann:hunter2@db.example/x' },
      files: { ...given, 'mochi.json': '{ "services": { "foo": { "greeting": "Hi" } } }' },
    })
    expect(code).toBe(0)
    expect(stdout.replaceAll(/ {2,}/g, '  ').split('\n')).toEqual([
      'foo in localdev, on a host of local at 127.0.0.1',
      '',
      'greeting  "Hi"  mochi.json:1:38',
      'port  80  FOO_PORT',
      'database  "postgres://<redacted>@db.example/x"  FOO_DATABASE',
      'limits.body  1024  default',
      'signet  <set>  /prefix/etc/secrets/foo/signet',
      '',
    ])
  })

  test('ends with every fault at once, after all that is known', async () => {
    const { error, stdout } = await show('foo', {
      env: { FOO_PORT: 'hunter2' },
      files: { 'mochi.json': '{"services":{"foo":{"prot":1}}}' },
    })
    expect(stdout).toMatch(/^signet +<missing>$/m)
    expect(isMochiError(error) && error.code).toBe('CONFIG_SERVICE_INVALID')
    expect(String(error)).toMatch(/has 3 faults:.*mochi\.json:1:21.*FOO_PORT expected.*for signet, found no such file/s)
    expect(String(error)).not.toContain('hunter2')
  })

  test('with --json prints one document, and ends with 1 where it has faults', async () => {
    const good = await show('foo', { flags: { json: true, flavor: 'prod' }, files: given })
    expect(good.code).toBe(0)
    expect(JSON.parse(good.stdout)).toMatchObject({
      name: 'foo',
      flavor: 'prod',
      keys: [
        { key: 'greeting', value: 'Hello', origin: { kind: 'default', text: 'default' } },
        { key: 'port', value: 20_000 },
        { key: 'database', value: null, origin: null },
        { key: 'limits.body', value: 1024 },
        { key: 'signet', secret: 'set', origin: { file: '/prefix/etc/secrets/foo/signet' } },
      ],
      faults: [],
    })
    expect(good.stdout).not.toContain(SECRET)
    const bad = await show('foo', { flags: { json: true } })
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.stdout)).toMatchObject({ faults: [{ kind: 'secret', key: 'signet' }] })
  })

  test('shows no value whose key names a secret, though nobody marked it as one', async () => {
    const schema = {
      type: 'object',
      required: ['apiToken'],
      properties: { apiToken: { type: 'string', default: 'abc' } },
    }
    const { stdout } = await show('foo', {
      files: { 'apps/foo/src/config.ts': `export const configSchema = ${JSON.stringify(schema)}` },
    })
    expect(stdout).toMatch(/^apiToken +"<redacted>" +default$/m)
  })

  test.each([
    ['a service that is not there, with the nearest that is', 'fooo', 'CLI_UNKNOWN_SERVICE', 'foo?'],
    ['a library', 'food', 'CLI_UNKNOWN_SERVICE', 'foo'],
    ['a path', '../foo', 'CLI_UNKNOWN_SERVICE', '../foo'],
    ['a service without src/config.ts', 'bar', 'CLI_SERVICE_SCHEMA_UNREADABLE', 'ENOENT'],
  ])('refuses %s', async (_what, name, code, words) => {
    const { error } = await show(name)
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) as string })
  })

  test.each([
    ['cannot be run', 'export const configSchema = {', 'Expected apps/foo/src/config.ts'],
    ['exports another thing', 'export const schema = {}', 'it exports no configSchema'],
  ])('refuses a src/config.ts that %s', async (_what, text, words) => {
    const { error } = await show('foo', { files: { 'apps/foo/src/config.ts': text } })
    expect(error).toMatchObject({
      code: 'CLI_SERVICE_SCHEMA_UNREADABLE',
      message: expect.stringContaining(words) as string,
    })
  })
})

test('services are proposed by their names, other projects are not', async () => {
  await using root = await createFolder({
    'apps/foo/package.json': '{}',
    'apps/bar/package.json': '{}',
    'libs/food/package.json': '{}',
  })
  expect(await proposeServices(root.path, 'f')).toEqual(['foo'])
})
