import type { IncomingMessage } from 'node:http'
import { problem, Type } from '@mochi/service'
import type { Problem, ServiceApp, Static } from '@mochi/service'
import type { Accounts } from './accounts.ts'
import { isAtLeast, isWithin } from './identity.ts'
import type { Identity } from './identity.ts'
import type { Token, Tokens } from './store.ts'

export type LoginParts = {
  readonly tokens: Tokens
  readonly accounts: Accounts
  /** Whether somebody without a token may make an account from here: on a laptop, who sits at it. */
  readonly mayJoin: (request: IncomingMessage) => boolean
  readonly now: () => number
}

const DAY = 86_400_000
/** What of a request is looked at. */
type Asking = { readonly raw: IncomingMessage }

/** Days after which one logs in again. */
const LOGIN = 30
const NAME = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}'

const Credentials = Type.Object({
  name: Type.String({ pattern: `^${NAME}$` }),
  password: Type.String({ minLength: 8, maxLength: 256 }),
})

const Wanted = Type.Object({
  password: Type.String({ maxLength: 256 }),
  readonly: Type.Optional(Type.Boolean()),
  packages_and_scopes_permission: Type.Optional(Type.String()),
  scopes: Type.Optional(Type.Array(Type.String())),
  packages: Type.Optional(Type.Array(Type.String())),
  orgs: Type.Optional(Type.Array(Type.String())),
  cidr_whitelist: Type.Optional(Type.Array(Type.String())),
  expires: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, description: 'Days' })),
})

/**
 * What npm, pnpm and yarn ask for when somebody logs in or out, wants to know who they are, or looks after their tokens:
 * https://github.com/npm/registry/blob/main/docs/user/authentication.md
 */
export function addLogin(app: ServiceApp, parts: LoginParts): void {
  const who = (request: Asking): Identity => {
    const identity = parts.tokens.identify(request.raw.headers.authorization)
    if (identity === undefined) throw refused(401, 'REGISTRY_TOKEN_NEEDED', 'a token is needed: npm login')
    return identity
  }
  addAccount(app, parts)
  app.get('/-/whoami', (request) => ({ username: who(request).name }))
  app.get('/-/npm/v1/user', (request) => {
    const { name, group, scope } = who(request)
    return { name, email: '', tfa: false, group, ...(scope === undefined ? {} : { scope }) }
  })
  // A client that hears this asks for name and password.
  app.post('/-/v1/login', () => {
    throw refused(404, 'REGISTRY_NO_WEB_LOGIN', 'log in with a name and a password')
  })
  addTokens(app, parts, who)
}

function addAccount(app: ServiceApp, parts: LoginParts): void {
  const { tokens, now } = parts
  const params = Type.Object({ name: Type.String({ maxLength: 100 }) })
  app.put('/-/user/org.couchdb.user:::name', { schema: { body: Credentials, params } }, async (request, reply) => {
    const { name, password } = request.body
    if (name !== request.params.name) throw refused(400, 'REGISTRY_LOGIN_INVALID', 'the path is of another name')
    const identity = await logIn(parts, { name, password, request })
    const { text } = tokens.create({ ...identity, expires: now() + LOGIN * DAY })
    reply.code(201)
    return { ok: `you are logged in as ${name}`, id: `org.couchdb.user:${name}`, token: text }
  })
  app.delete('/-/user/token/:token', { schema: { params: Type.Object({ token: Type.String() }) } }, (request) => {
    const token = tokens.find(request.params.token)
    if (token !== undefined) tokens.revoke(token.id)
    return { ok: true }
  })
}

type LoggingIn = { name: string; password: string; request: Asking }

/** Whoever has the password; a name that nobody has is taken by who may have an account. */
async function logIn(parts: LoginParts, { name, password, request }: LoggingIn): Promise<Identity> {
  const { accounts, tokens } = parts
  if (accounts.isBusy()) throw refused(429, 'REGISTRY_LOGIN_BUSY', 'too many log in at this moment: try again')
  if (!accounts.has(name)) {
    const maker = tokens.identify(request.raw.headers.authorization)
    const mayMake = parts.mayJoin(request.raw) || (maker !== undefined && isAtLeast(maker.group, 'admin'))
    const identity: Identity = { name, group: 'publish' }
    if (mayMake && tokens.list(name).length > 0) {
      const error = `there are tokens of the name ${name}, of which an account would be: take another name, or revoke them`
      throw refused(409, 'REGISTRY_NAME_TAKEN', error)
    }
    if (mayMake && (await accounts.add(identity, password))) return identity
  }
  const identity = await accounts.verify(name, password)
  if (identity === undefined) {
    throw refused(401, 'REGISTRY_LOGIN_REFUSED', `nobody is known as ${name} with this password`)
  }
  return identity
}

function addTokens(app: ServiceApp, parts: LoginParts, who: (request: Asking) => Identity): void {
  const { tokens, accounts, now } = parts
  // A token looks after those of its name that may do no more than it: what reads does not take back what publishes.
  const seenBy = (identity: Identity) => tokens.list(identity.name).filter((token) => isWithin(token, identity))
  app.get('/-/npm/v1/tokens', (request) => {
    const objects = seenBy(who(request)).map(describe)
    return { objects, total: objects.length, urls: {} }
  })
  app.post('/-/npm/v1/tokens', { schema: { body: Wanted } }, async (request) => {
    const identity = who(request)
    const { password, expires = LOGIN, ...wanted } = request.body
    if (accounts.isBusy()) throw refused(429, 'REGISTRY_LOGIN_BUSY', 'too many log in at this moment: try again')
    if ((await accounts.verify(identity.name, password)) === undefined) {
      throw refused(401, 'REGISTRY_LOGIN_REFUSED', `this is not the password of ${identity.name}`)
    }
    const { text, token } = tokens.create({ ...narrowed(identity, wanted), expires: now() + expires * DAY })
    return { ...describe(token), token: text }
  })
  const params = Type.Object({ key: Type.String() })
  app.delete('/-/npm/v1/tokens/token/:key', { schema: { params } }, (request, reply) => {
    const identity = who(request)
    const { key } = request.params
    const token = seenBy(identity).find(({ id }) => id === key) ?? tokens.find(key)
    if (token?.name !== identity.name) throw refused(404, 'REGISTRY_TOKEN_UNKNOWN', 'there is no such token of yours')
    tokens.revoke(token.id)
    reply.code(204)
    return null
  })
}

type Narrowing = Omit<Static<typeof Wanted>, 'password' | 'expires'>

/** A token for less than its maker may, or for as much; never for more. What we do not know how to hold is refused. */
function narrowed(identity: Identity, wanted: Narrowing): Identity {
  const { packages_and_scopes_permission: permission = 'read-write', scopes = [] } = wanted
  const [scope = identity.scope, ...more] = scopes
  const unknown = [more, wanted.packages ?? [], wanted.orgs ?? [], wanted.cidr_whitelist ?? []].flat()
  if (unknown.length > 0 || (identity.scope !== undefined && scope !== identity.scope)) {
    throw refused(400, 'REGISTRY_TOKEN_INVALID', 'a token is for one scope of yours or for all, and for every address')
  }
  const group = wanted.readonly === true || permission !== 'read-write' ? 'read' : identity.group
  return { name: identity.name, group, scope }
}

/** As npm lists tokens: `token` is the beginning of one, of which ours has nothing to show. */
function describe({ id, name, group, scope, created, expires }: Token) {
  return {
    key: id,
    token: 'mochi_',
    name: `${name} (${group}${scope === undefined ? '' : ` ${scope}`})`,
    created: new Date(created).toISOString(),
    expires: new Date(expires).toISOString(),
    readonly: group === 'read',
    cidr_whitelist: [],
  }
}

/** Clients print `error`. */
function refused(status: number, code: string, error: string): Problem {
  return problem(status, code, { detail: error, members: { error } })
}
