import { parseArgs } from 'node:util'
import { errors } from '../errors.ts'
import { parseDuration } from '../policy/duration.ts'
import { quote } from '../quote.ts'
import { GROUPS } from './identity.ts'
import type { Group } from './identity.ts'
import type { Token, Tokens } from './store.ts'

export type TokenCommandParts = {
  readonly tokens: Tokens
  /** Of the company. */
  readonly scopes: readonly string[]
  readonly now: () => number
}

/** A token as it is shown: times as ISO texts. `text` is what lets somebody in, given this once. */
export type ShownToken = Omit<Token, 'created' | 'expires'> & { created: string; expires: string; text?: string }

export type TokenAnswer = { readonly tokens: readonly ShownToken[] } | { readonly revoked: boolean }

const USUAL_EXPIRY = '30d'

const OPTIONS = {
  name: { type: 'string' },
  group: { type: 'string' },
  scope: { type: 'string' },
  expires: { type: 'string', default: USUAL_EXPIRY },
} as const

/**
 * `create --name N --group G [--scope @s] [--expires 30d]`, `list` and `revoke ID`. Throws REGISTRY_TOKEN_INVALID, and for words that mean nothing what
 * `parseArgs` of node:util throws.
 */
export function runTokenCommand({ tokens, scopes, now }: TokenCommandParts, args: readonly string[]): TokenAnswer {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [command, id = ''] = positionals
  if (command === 'list') return { tokens: tokens.list().map((token) => show(token)) }
  if (command === 'revoke') return { revoked: tokens.revoke(id) }
  if (command !== 'create')
    throw errors.REGISTRY_TOKEN_INVALID({ needs: `create, list or revoke ID (found ${quote(command ?? '')})` })
  const { name = '', group = '', scope, expires } = values
  const lasts = parseDuration(expires)
  const faults = [
    ...(isGroup(group) ? [] : [`a group of ${GROUPS.join(', ')} (found ${quote(group)})`]),
    ...(scope === undefined || scopes.includes(scope)
      ? []
      : [`a scope of the company: ${scopes.join(', ')} (found ${quote(scope)})`]),
    ...(lasts === undefined ? [`an end such as 12h or 30d (found ${quote(expires)})`] : []),
  ]
  if (!isGroup(group) || lasts === undefined || faults.length > 0)
    throw errors.REGISTRY_TOKEN_INVALID({ needs: faults.join(', ') })
  const { text, token } = tokens.create({ name, group, scope, expires: now() + lasts })
  return { tokens: [{ ...show(token), text }] }
}

function isGroup(text: string): text is Group {
  return (GROUPS as readonly string[]).includes(text)
}

function show({ created, expires, ...token }: Token): ShownToken {
  return { ...token, created: new Date(created).toISOString(), expires: new Date(expires).toISOString() }
}
