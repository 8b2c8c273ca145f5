import { chmod, chown, mkdir, readFile, stat, symlink } from 'node:fs/promises'
import { formatError, isMochiError, redact } from '@mochi/errors'
import { createFolder, runProcess } from '@mochi/testing'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { inspectServiceConfig, loadServiceConfig, parseServiceConfig, Secret } from '../index.ts'
import type { ServiceSources } from '../index.ts'

const SECRET = 'correct-horse-battery'
const schema = Type.Object({ greeting: Type.String({ default: 'Hello' }), apiKey: Secret() })
const nested = Type.Object({ db: Type.Object({ password: Secret() }) })
const made = Type.Object({ cookieKey: Secret({ localdev: 'made' }) })
const isRoot = process.getuid?.() === 0

/** A prefix in which secrets stand as an operator writes them. */
async function createPrefix(secrets: Record<string, string> = {}, mode = 0o600) {
  const folder = await createFolder()
  await mkdir(folder.join('etc/secrets/foo'), { recursive: true, mode: 0o700 })
  for (const [key, text] of Object.entries(secrets)) {
    await folder.write({ [`etc/secrets/foo/${key}`]: text })
    await chmod(folder.join(`etc/secrets/foo/${key}`), mode)
  }
  return Object.assign(folder, { file: (key: string) => folder.join(`etc/secrets/foo/${key}`) })
}

function load<Value>(sources: Omit<ServiceSources<Value>, 'name' | 'environment'>, environment = {}) {
  return loadServiceConfig({ name: 'foo', environment, ...sources })
}

async function refusal(loading: Promise<unknown>): Promise<string> {
  const error = await loading.then(
    () => new Error('It was accepted.'),
    (error: unknown) => error,
  )
  if (!isMochiError(error)) throw error as Error
  expect(error.code).toBe('CONFIG_SERVICE_INVALID')
  expect(JSON.stringify(error)).not.toContain(SECRET)
  return formatError(error)
}

describe('a secret', () => {
  test.each([
    ['as it is', SECRET],
    ['without its line end', `${SECRET}\n`],
    ['without its line end, as Windows writes it', `${SECRET}\r\n`],
  ])('is read from the file of its key, %s', async (_name, text) => {
    await using prefix = await createPrefix({ apiKey: text })
    const { value, origins } = await load({ schema, prefix: prefix.path })
    expect(value).toEqual({ greeting: 'Hello', apiKey: SECRET })
    expect(origins['apiKey']).toEqual({ kind: 'secret', file: prefix.file('apiKey') })
  })

  test('loses only one line end, and no blank', async () => {
    await using prefix = await createPrefix({ apiKey: `  ${SECRET} \n\n` })
    expect((await load({ schema, prefix: prefix.path })).value).toMatchObject({ apiKey: `  ${SECRET} \n` })
  })

  test('of an object is named by the path of its key', async () => {
    await using prefix = await createPrefix({ 'db.password': SECRET })
    expect((await load({ schema: nested, prefix: prefix.path })).value).toEqual({ db: { password: SECRET } })
  })

  test('that was read is removed from every text from then on', async () => {
    const other = 'a"secret/with signs'
    await using prefix = await createPrefix({ apiKey: other })
    expect(redact(`it is ${other}`)).toContain(other)
    await load({ schema, prefix: prefix.path })
    expect(redact(`it is ${other}, ${JSON.stringify(other)} and ${encodeURIComponent(other)}`)).toBe(
      'it is <redacted>, "<redacted>" and <redacted>',
    )
  })

  test('may be left out where the schema says so', async () => {
    const optional = Type.Object({ apiKey: Type.Optional(Secret()) })
    await using prefix = await createPrefix()
    expect((await load({ schema: optional, prefix: prefix.path })).value).toEqual({})
  })

  test('in a file alone does not bring an object that may be left out', async () => {
    const optional = Type.Object({ db: Type.Optional(Type.Object({ url: Type.String(), password: Secret() })) })
    await using prefix = await createPrefix({ 'db.password': SECRET })
    expect((await load({ schema: optional, prefix: prefix.path })).value).toEqual({})
  })
})

describe('a secret where none may stand', () => {
  // Never read from its file, and under a key that no pattern knows: redaction alone would let it through.
  const leaked = 'staple-that-nobody-read'
  const sealed = Type.Object({
    greeting: Type.String({ default: 'Hello' }),
    signet: Secret(),
    box: Type.Optional(Type.Object({ signet: Secret() })),
  })

  test('in a variable, alone or in JSON, is a fault that says where it belongs', async () => {
    await using prefix = await createPrefix({ signet: SECRET })
    const words = await refusal(
      load({ schema: sealed, prefix: prefix.path }, { FOO_SIGNET: leaked, FOO_BOX: `{"signet":"${leaked}"}` }),
    )
    expect(words).toContain(`FOO_SIGNET expected the secret signet in the file ${prefix.file('signet')}`)
    expect(words).toContain('next:  unset FOO_SIGNET')
    expect(words).toContain(`FOO_BOX expected the secret box.signet in the file ${prefix.file('box.signet')}`)
    expect(words).not.toContain(leaked)
  })

  test.each([
    ['in the file of the service', `{\n  "signet": "${leaked}"\n}`, ':2:3 expected the secret signet in the file'],
    ['beside another fault in its line', `{ "signet": "${leaked}", "greeting": 3 }`, 'a text'],
    ['that is no text', `{ "signet": ["${leaked}"] }`, 'expected the secret signet'],
    ['under a key that is nearly its own', `{ "singet": "${leaked}" }`, 'did you mean "signet"?'],
    ['twice', `{ "signet": "${leaked}", "signet": "${leaked}" }`, '"signet" again'],
    ['inside something else', `{ "greeting": { "signet": "${leaked}" } }`, 'an object of one entry'],
    ['in a text that is no JSON', `{ "signet": ${leaked} }`, 'expected a value'],
    ['in a text that is no JSON, in quotes of another kind', `{ 'signet': '${leaked}' }`, 'expected'],
    ['in a text that is no JSON, below its key', `{\n  "signet":\n    "${leaked}",,\n}`, ':3:31 expected'],
    ['in a text that is no JSON, with a slip in its key', `{ "singt": "${leaked}" "x": 1 }`, 'a comma between'],
    ['in a text that is no JSON, without its key', `{ "greeting": "Hello" "${leaked}" }`, '{ "greeting": "*****" "***'],
    ['in a comment', `{\n  // "signet": "${leaked}"\n}`, 'plain JSON, which has no comments'],
    ['in a text that ends too early', `{ "signet": "${leaked}"`, 'a closing brace'],
  ])('%s is pointed at, and not shown', async (_name, text, words) => {
    await using prefix = await createPrefix({ signet: SECRET })
    await prefix.write({ 'etc/services/foo.json': text })
    const shown = await refusal(load({ schema: sealed, prefix: prefix.path }))
    expect(shown).toContain(words)
    expect(shown).not.toMatch(/staple|nobody/)
  })
})

describe('a file that others could read or exchange', () => {
  test.each([
    [0o640, '0640'],
    [0o604, '0604'],
    [0o620, '0620'],
    [0o666, '0666'],
  ])('by its mode %o is refused, with the command that mends it', async (mode, shown) => {
    await using prefix = await createPrefix({ apiKey: SECRET }, mode)
    const words = await refusal(load({ schema, prefix: prefix.path }))
    expect(words).toContain(`expected a file of mode 0600 for apiKey, found mode ${shown}`)
    const [, command = ''] = /next: {2}(chmod .*)/.exec(words) ?? []
    await runProcess('sh', ['-c', command])
    expect((await load({ schema, prefix: prefix.path })).value).toMatchObject({ apiKey: SECRET })
  })

  test('by its folder is refused', async () => {
    await using prefix = await createPrefix({ apiKey: SECRET })
    await chmod(prefix.join('etc/secrets/foo'), 0o770)
    expect(await refusal(load({ schema, prefix: prefix.path }))).toContain('chmod go-w')
  })

  test.runIf(isRoot)('because it is theirs is refused', async () => {
    await using prefix = await createPrefix({ apiKey: SECRET })
    await chown(prefix.file('apiKey'), 12_345, 0)
    expect(await refusal(load({ schema, prefix: prefix.path }))).toContain('found one of uid 12345')
    expect((await load({ schema, prefix: prefix.path, uid: 12_345 })).value).toMatchObject({ apiKey: SECRET })
  })

  test('through a link is judged by what it leads to', async () => {
    await using prefix = await createPrefix()
    await prefix.write({ elsewhere: SECRET })
    await chmod(prefix.join('elsewhere'), 0o644)
    await symlink(prefix.join('elsewhere'), prefix.file('apiKey'))
    expect(await refusal(load({ schema, prefix: prefix.path }))).toContain('found mode 0644')
  })
})

describe('a file that holds no secret', () => {
  test.each([
    ['is empty', '', 'at least 8 characters'],
    ['is shorter than a secret', 'abc\n', 'at least 8 characters'],
    ['is larger than one', 'x'.repeat(64 * 1024 + 1), 'at most 64 KiB'],
  ])('because it %s', async (_name, text, words) => {
    await using prefix = await createPrefix({ apiKey: text })
    expect(await refusal(load({ schema, prefix: prefix.path }))).toContain(words)
  })

  test('because it is no text, or no file', async () => {
    await using prefix = await createPrefix()
    await mkdir(prefix.file('apiKey'), { mode: 0o700 })
    expect(await refusal(load({ schema, prefix: prefix.path }))).toContain('a regular file')
    await using binary = await createPrefix()
    await runProcess('sh', ['-c', `umask 077; printf '\\377\\376secret-secret' > ${binary.file('apiKey')}`])
    expect(await refusal(load({ schema, prefix: binary.path }))).toContain('UTF-8 text')
  })

  test('because it is a pipe, on which nobody waits', async () => {
    await using prefix = await createPrefix()
    await runProcess('mkfifo', ['-m', '600', prefix.file('apiKey')])
    expect(await refusal(load({ schema, prefix: prefix.path }))).toContain('a regular file')
  })
})

describe('a secret that is missing', () => {
  test('is a fault whose command writes it, also below a path with signs in it', async () => {
    await using folder = await createFolder()
    const prefix = folder.join(`it's a "prefix" $HOME`)
    const words = await refusal(load({ schema, prefix }))
    expect(words).toContain('found no such file')
    const [, command = ''] = /next: {2}(sh -c .*?) {3}\(then/.exec(words) ?? []
    await runProcess('sh', ['-c', command], { input: `${SECRET}\n` })
    expect((await load({ schema, prefix })).value).toMatchObject({ apiKey: SECRET })
  })

  test('is a fault beside all others', async () => {
    await using prefix = await createPrefix()
    const words = await refusal(
      load({ schema: Type.Object({ ...schema.properties, n: Type.Integer() }), prefix: prefix.path }),
    )
    expect(words).toContain('has 2 faults')
    expect(words).toContain('n expected a whole number, found nothing; it can be given in FOO_N or ')
  })
})

describe('a secret that a laptop makes for itself', () => {
  test('is random, readable by its owner alone, and the same at the next start', async () => {
    await using prefix = await createPrefix()
    const { value } = await load({ schema: made, prefix: prefix.path, secrets: 'make' })
    expect(value).toEqual({ cookieKey: expect.stringMatching(/^[\w-]{43}$/) as string })
    expect((await stat(prefix.file('cookieKey'))).mode & 0o777).toBe(0o600)
    expect((await load({ schema: made, prefix: prefix.path })).value).toEqual(value)
    await using other = await createFolder()
    expect((await load({ schema: made, prefix: other.path, secrets: 'make' })).value).not.toEqual(value)
  })

  test('is one for all that start at once', async () => {
    await using prefix = await createFolder()
    const starts = Array.from({ length: 20 }, () => load({ schema: made, prefix: prefix.path, secrets: 'make' }))
    const values = (await Promise.all(starts)).map(({ value }) => JSON.stringify(value))
    expect(new Set(values).size).toBe(1)
    expect(await readFile(prefix.join('etc/secrets/foo/cookieKey'), 'utf8')).toMatch(/\n$/)
  })

  test('is not made by who only reads', async () => {
    await using prefix = await createPrefix()
    await load({ schema: made, prefix: prefix.path })
    await expect(stat(prefix.file('cookieKey'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test.each(['dev', 'prod'] as const)('is a fault in %s, also where a laptop would make it', async (flavor) => {
    await using prefix = await createPrefix()
    await prefix.write({ 'etc/host.json': JSON.stringify({ idc: 'us1', flavor, address: '10.0.0.1' }) })
    expect(await refusal(load({ schema: made, prefix: prefix.path, secrets: 'make' }))).toContain('found no such file')
    await expect(stat(prefix.file('cookieKey'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('is not made on a host that does not say what it is', async () => {
    await using prefix = await createPrefix()
    await prefix.write({ 'etc/host.json': '{ "flavor": "localdev"' })
    expect(await refusal(load({ schema: made, prefix: prefix.path, secrets: 'make' }))).toContain('host.json')
    await expect(stat(prefix.file('cookieKey'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('the credentials directory of systemd', () => {
  test('wins over the prefix; what it does not hold comes from there', async () => {
    await using prefix = await createPrefix({ apiKey: `other-${SECRET}`, 'db.password': SECRET })
    await using credentials = await createFolder({ apiKey: SECRET })
    await chmod(credentials.join('apiKey'), 0o400)
    const both = Type.Object({ ...schema.properties, ...nested.properties })
    const { value } = await load({ schema: both, prefix: prefix.path }, { CREDENTIALS_DIRECTORY: credentials.path })
    expect(value).toMatchObject({ apiKey: SECRET, db: { password: SECRET } })
  })

  test.runIf(isRoot)(
    'may grant its reader by an ACL, which shows as the group’s read bit; never others, never to write',
    async () => {
      await using credentials = await createFolder({ apiKey: SECRET })
      const environment = { CREDENTIALS_DIRECTORY: credentials.path }
      for (const mode of [0o440, 0o444, 0o460]) {
        await chmod(credentials.join('apiKey'), mode)
        const loading = load({ schema }, environment)
        if (mode === 0o440) expect((await loading).value).toMatchObject({ apiKey: SECRET })
        else expect(await refusal(loading)).toContain('found mode')
      }
    },
  )
})

test('tests hand secrets in', () => {
  const environment = { FOO_GREETING: 'Ahoy' }
  expect(parseServiceConfig({ schema, name: 'foo', environment, secrets: { apiKey: SECRET } })).toEqual({
    greeting: 'Ahoy',
    apiKey: SECRET,
  })
  expect(() => parseServiceConfig({ schema, name: 'foo', environment })).toThrow(/for apiKey, found no such file/)
})

test('an inspection says which secrets are set and which are missing', async () => {
  await using prefix = await createPrefix({ apiKey: SECRET })
  const both = Type.Object({
    ...schema.properties,
    ...nested.properties,
    ...made.properties,
    spare: Type.Optional(Secret()),
  })
  const inspect = (flavor: 'localdev' | 'prod') =>
    inspectServiceConfig({ schema: both, name: 'foo', prefix: prefix.path, environment: {}, flavor })
  const states = ({ keys }: Awaited<ReturnType<typeof inspect>>) => keys.map(({ key, secret }) => [key, secret])
  expect(states(await inspect('localdev'))).toEqual([
    ['greeting', undefined],
    ['apiKey', 'set'],
    ['db.password', 'missing'],
    ['cookieKey', 'later'],
    ['spare', 'none'],
  ])
  expect(states(await inspect('prod'))).toContainEqual(['cookieKey', 'missing'])
})
