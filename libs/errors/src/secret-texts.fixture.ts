import fc from 'fast-check'

/** Texts as systems give them out: letters, digits and a few signs, and not by chance a word. */
const tokens = fc.stringMatching(/^[A-Za-z0-9][\w+.~-]{5,24}\d[\w+.~-]{5,24}$/)
const alphanumerics = fc.stringMatching(/^[A-Za-z0-9]{24,60}$/)
/** What people think of: any printable characters and spaces. */
const passphrases = fc.stringMatching(/^[!-~][ -~]{2,20}\w[ -~]{0,20}[!-~]$/)
const bare = fc.stringMatching(/^[!#-&(-[\]-_a-~][!-~]{2,20}\w[!-~]{0,20}$/)

const keys = fc.constantFrom('token', 'NPM_TOKEN', 'password', 'clientSecret', '_authToken', 'x-api-key', 'passphrase')

type SecretText = { shape: string; secret: string; text: string }
const shapes: Record<string, fc.Arbitrary<{ secret: string; text: string }>> = {
  'password in a URL': passphrases.map((secret) => {
    const encoded = encodeURIComponent(secret)
    return { secret: encoded, text: `https://ann:${encoded}@registry.example/x` }
  }),
  'token as user of a URL': tokens.map((secret) => ({ secret, text: `cloning https://${secret}@git.example/x.git` })),
  'bearer header': tokens.map((secret) => ({ secret, text: `Authorization: Bearer ${secret}` })),
  'bearer alone': tokens.map((secret) => ({ secret, text: `sent bearer ${secret} there` })),
  'basic header': passphrases.map((password) => {
    const secret = Buffer.from(`ann:${password}`).toString('base64')
    return { secret, text: `proxy-authorization: Basic ${secret}` }
  }),
  npmrc: fc.tuple(tokens, fc.constantFrom('_authToken', '_password', '_auth')).map(([secret, key]) => ({
    secret,
    text: `//registry.example/:${key}=${secret}`,
  })),
  JSON: fc.tuple(passphrases, keys, fc.constantFrom(0, 2)).map(([password, key, indent]) => ({
    secret: JSON.stringify(password).slice(1, -1),
    text: JSON.stringify({ a: 1, [key]: password, b: 2 }, null, indent),
  })),
  'JSON in JSON': fc.tuple(tokens, keys).map(([secret, key]) => ({
    secret,
    text: JSON.stringify(JSON.stringify({ [key]: secret, b: 2 })),
  })),
  variable: fc.tuple(bare, keys).map(([secret, key]) => ({ secret, text: `${key}=${secret} next` })),
  YAML: fc.tuple(bare, keys).map(([secret, key]) => ({ secret, text: `${key}: ${secret}` })),
  'YAML with paths for keys': fc.tuple(bare, keys).map(([secret, key]) => ({ secret, text: `/app/${key}: ${secret}` })),
  'npm token': alphanumerics.map((secret) => ({ secret, text: `npm_${secret} expired` })),
  'GitHub token': alphanumerics.map((secret) => ({ secret, text: `remote: ghp_${secret}` })),
  PEM: fc.uint8Array({ minLength: 30 }).map((bytes) => {
    const secret = Buffer.from(bytes).toString('base64')
    return { secret, text: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----` }
  }),
}

/** A secret, and a text that holds it in one of the shapes that `redact` promises to know. */
export function secretTexts(): fc.Arbitrary<SecretText> {
  return fc.oneof(
    ...Object.entries(shapes).map(([shape, texts]) => texts.map(({ secret, text }) => ({ shape, secret, text }))),
  )
}
