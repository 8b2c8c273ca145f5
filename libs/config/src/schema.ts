import { APP_NAME_LENGTH, APP_NAME_PATTERN, appNameRule } from '@mochi/names'
import { Type } from 'typebox'
import type { Static } from 'typebox'

const dnsLabel = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const closed = { additionalProperties: false }

/** `patternErrorMessage` is what VS Code shows for a text that does not match, and what our faults say was expected. */
const label = (description: string) =>
  Type.String({
    pattern: `^${dnsLabel}$`,
    patternErrorMessage: 'lower-case letters, digits and dashes, at most 63 characters, no dash at either end',
    description,
  })

const service = Type.Object(
  {
    port: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 65_535,
        description: 'Its port on a laptop. Default: 20000 + a hash of its name mod 10000.',
      }),
    ),
  },
  { description: 'Beside its port, any value that its src/config.ts names.' },
)

const cache = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
      patternErrorMessage:
        'an http or https address without user, query and fragment, like "https://cache.example.com"',
      description: 'Where the cache is. MOCHI_CACHE_URL replaces it, and turns it off when it is empty.',
    }),
    insecure: Type.Optional(
      Type.Boolean({
        description: 'Whether the token may travel in clear beyond this machine, to this url alone. Default: false.',
      }),
    ),
    compare: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Builds 1 in so many shared hits of reproducible targets again and compares. Default: none.',
      }),
    ),
  },
  { ...closed, description: 'The build cache that everybody shares. Tokens never stand here. Default: none.' },
)

/** The schema of mochi.json. `mochi.schema.json`, for editors, is rendered from it. */
export const mochiSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema.' })),
    scopes: Type.Array(
      Type.String({
        pattern: '^@[a-z0-9][a-z0-9._-]{0,212}$',
        patternErrorMessage: 'a scope: "@", then lower-case letters, digits, dots, dashes and underscores',
      }),
      {
        minItems: 1,
        uniqueItems: true,
        description: "The company's package scopes. They are never looked up in a public registry.",
      },
    ),
    domain: Type.String({
      pattern: `^(${dnsLabel}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`,
      maxLength: 120,
      patternErrorMessage: 'a domain like "example.com", in lower case, at most 120 characters',
      description: "The company's domain; the names of clusters end in it.",
    }),
    label: Type.Optional(label('The part of cluster names before the IDC: app.LABEL.us1.example.com. Default: erl.')),
    idcs: Type.Optional(
      Type.Array(label('The name of one internet data centre, like us1.'), {
        uniqueItems: true,
        description: 'The internet data centres that services run in. A laptop is in none of them: its IDC is "local".',
      }),
    ),
    services: Type.Optional(
      Type.Record(Type.String(), service, {
        propertyNames: {
          pattern: APP_NAME_PATTERN,
          maxLength: APP_NAME_LENGTH,
          patternErrorMessage: appNameRule,
        },
        description: 'What is particular to single services, by their name.',
      }),
    ),
    cache: Type.Optional(cache),
  },
  { ...closed, title: 'mochi.json', description: 'What this company is. Secrets never stand here.' },
)

/** What mochi.json holds as it is written, before defaults. */
export type MochiDocument = Static<typeof mochiSchema>
