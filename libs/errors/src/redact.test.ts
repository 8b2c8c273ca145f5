import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact } from './index.ts'
import { SECRET_SHAPES } from './redact.ts'
import { isSecretKey } from './secret-keys.ts'
import { secretTexts } from './secret-texts.fixture.ts'

describe('a secret is replaced', () => {
  test.each([
    ['https://ann:s3cret@registry.example/x', 'https://<redacted>@registry.example/x'],
    ['https://s3cret@registry.example', 'https://<redacted>@registry.example'],
    ['https://ann:p@ss@registry.example/@mochi/x', 'https://<redacted>@registry.example/@mochi/x'],
    ['http://a.example,http://ann:s3cret@b.example', 'http://a.example,http://<redacted>@b.example'],
    ['git+ssh://git:s3cret@git.example/x', 'git+ssh://<redacted>@git.example/x'],
    ['Authorization: Bearer abcdef', 'Authorization: <redacted>'],
    ['proxy-authorization: Basic YTpi\r\nhost: x', 'proxy-authorization: <redacted>\r\nhost: x'],
    ['Authorization: Digest username="ann", response="66"\nhost: x', 'Authorization: <redacted>\nhost: x'],
    ['set-cookie: a=b; Path=/; HttpOnly\nx: y', 'set-cookie: <redacted>\nx: y'],
    ['sent "bearer abc123" to it', 'sent "bearer <redacted>" to it'],
    ['Basic YWxhZGRpbjpvcGVu was refused', 'Basic <redacted> was refused'],
    ['//registry.example/:_authToken=abc', '//registry.example/:_authToken=<redacted>'],
    ['//registry.example/:_password = "YWJj"', '//registry.example/:_password = "<redacted>"'],
    ['_auth=YTpi', '_auth=<redacted>'],
    ['NPM_TOKEN=abc CI=true', 'NPM_TOKEN=<redacted> CI=true'],
    ['AWS_SECRET_ACCESS_KEY=a/b+c,d&e', 'AWS_SECRET_ACCESS_KEY=<redacted>'],
    ['{"password":"correct horse","a":1}', '{"password":"<redacted>","a":1}'],
    [String.raw`{"password":"a\"b\\","a":1}`, '{"password":"<redacted>","a":1}'],
    ["{ clientSecret: 'a b', id: 1 }", "{ clientSecret: '<redacted>', id: 1 }"],
    [String.raw`"{\"token\":\"a\\\"b\",\"id\":1}"`, String.raw`"{\"token\":\"<redacted>\",\"id\":1}"`],
    ['MYSQL_PWD=hunter2 DB_PASS=hunter3', 'MYSQL_PWD=<redacted> DB_PASS=<redacted>'],
    ['{"smtpPass":"correct horse"}', '{"smtpPass":"<redacted>"}'],
    ['password: hunter2', 'password: <redacted>'],
    ['password: (abc', 'password: <redacted>'],
    ['/app/password: swordfish', '/app/password: <redacted>'],
    ['/app/password: swordfish was refused', '/app/password: <redacted> was refused'],
    ['"/app/password": hunter2 was refused', '"/app/password": <redacted> was refused'],
    ['{"/app/password":"correct horse"}', '{"/app/password":"<redacted>"}'],
    ['/etc/passwd=abc def', '/etc/passwd=<redacted> def'],
    ['x-api-key: abc', 'x-api-key: <redacted>'],
    ['GET /x?token=abc', 'GET /x?token=<redacted>'],
    [`token npm_${'a1'.repeat(18)} expired`, 'token <redacted> expired'],
    [`token mochi_${'a1-_'.repeat(10)}xyz expired`, 'token <redacted> expired'],
    [`ghp_${'a1'.repeat(18)}`, '<redacted>'],
    [`github_pat_${'a1'.repeat(18)}`, '<redacted>'],
    [`eyJhbGciOiJIUzI1NiJ9eyJ.${'a1'.repeat(18)}.sig-nature_`, '<redacted>'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nnext',
      '-----BEGIN RSA PRIVATE KEY-----<redacted>-----END RSA PRIVATE KEY-----\nnext',
    ],
    ['-----BEGIN PRIVATE KEY-----\\nMII', '-----BEGIN PRIVATE KEY-----<redacted>'],
  ])('%s', (text, redacted) => {
    expect(redact(text)).toBe(redacted)
  })

  test('in any shape, whatever the secret is and whatever stands around it', () => {
    fc.assert(
      fc.property(secretTexts(), fc.lorem(), fc.lorem(), ({ secret, text }, before, after) => {
        expect(redact(`${before} ${text}\n${after}`)).not.toContain(secret)
      }),
      { numRuns: 2000 },
    )
  })

  test('once: a redacted text stays as it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          secretTexts().map(({ text }) => text),
          fc.string(),
        ),
        (text) => {
          expect(redact(redact(text))).toBe(redact(text))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('ordinary text stays', () => {
  test.each([
    'Expected the digest sha256:cb5c9ce9c80d7b8821e3a258543c71b9, found sha512-AbC/dEf==.',
    'digest sha256 of the basic installation, a basic knowledge of bearer certificates',
    'Unexpected token: } in JSON at position 4',
    'Unexpected token \'}\', "{}}" is not valid JSON',
    'https://registry.example/@mochi/hello/-/hello-1.0.0.tgz?mail=a@b.example#x@y',
    'ssh://git@git.example/mochi.git git@git.example:mochi.git',
    'npm_config_registry=http://127.0.0.1:4873/ and @mochi/names@workspace:*',
    'the tokenizer: fast; a secretary: kind; the cookies of the talk',
    'postgres://localhost:5432/app /usr/bin/env user@host user:group',
    '"/etc/passwd": its path is absolute',
    String.raw`{"error":"\"/etc/passwd\": its path is absolute"}`,
    'OLDPWD=/home/ann PWD=/home/ann, a bypass: yes',
    'cat: /mochi/etc/secrets/hello/token: Permission denied',
    './passwd: No such file or directory',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'mochi.json:4:12 expected "services" to be an object',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text)
  })

  test('of any words, paths, numbers and addresses', () => {
    // A path may look like an address with credentials; then they go.
    const addresses = fc.webUrl().filter((address) => !/:.*:\/\/.*@/.test(address))
    const parts = fc.oneof(fc.lorem(), addresses, fc.emailAddress(), fc.ipV4(), fc.uuid(), fc.integer().map(String))
    fc.assert(
      fc.property(fc.array(parts), fc.constantFrom(' ', '\n', ', ', ': '), (texts, glue) => {
        const text = texts.join(glue)
        expect(redact(text)).toBe(text)
      }),
    )
  })
})

describe('a text of any length is read in linear time', () => {
  test.each(SECRET_SHAPES.map(({ name, pattern }) => [name, pattern.source]))(
    '%s: only the last element repeats without bound, so that no repetition is ever tried again',
    (_, source) => {
      const skeleton = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
      const unbounded = [...skeleton.matchAll(/[*+]|\{\d+,\}/g)].map(({ index }) => index)
      expect(unbounded).toEqual([skeleton.length - 1])
    },
  )

  const megabyte = 1_000_000
  test.each([
    'a',
    '.',
    'a.',
    'a:',
    '://',
    'x://a',
    'x://@',
    'eyJ-',
    'token',
    'token ',
    'token:',
    'token="',
    '"',
    "\\'",
    'bearer ',
    'Basic a',
    '-',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    'authorization: ',
    ' ',
    '\n',
    'password:\\"\\',
    '_auth=<',
    '/token": a ',
  ])('a megabyte of %j', (unit) => {
    const text = unit.repeat(megabyte / unit.length)
    expect(redact(text).length).toBeGreaterThan(0)
  })
})

test.each([
  'token',
  'TOKEN',
  '_authToken',
  'NPM_TOKEN',
  'password',
  'clientSecret',
  'secrets',
  'x-api-key',
  '_auth',
  'DB_PASS',
  'MYSQL_PWD',
  'smtpPass',
])('the key %s names a secret', (key) => expect(isSecretKey(key)).toBe(true))

test.each([
  '',
  'name',
  'tokenizer',
  'secretary',
  'author',
  'key',
  'publicKey',
  'digest',
  'passed',
  'bypass',
  'PWD',
  'OLDPWD',
  'compass',
])('the key %j names none', (key) => expect(isSecretKey(key)).toBe(false))
