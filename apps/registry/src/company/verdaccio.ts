import type { RequestListener } from 'node:http'
import type { Identity } from '../tokens/identity.ts'
import type { Log } from './repair.ts'
import { standIn } from './stand-ins.ts'
import type { CompanyFolder } from './storage.ts'

type Request = { headers: { authorization?: string }; remote_user?: unknown }
type Response = { writeHead(status: number): { end(): void } }

export type VerdaccioParts = {
  readonly folder: CompanyFolder
  readonly scopes: readonly string[]
  readonly identify: (authorization: string | undefined) => Identity | undefined
  readonly log: Log
}

const PLUGIN = 'mochi'
const ALLOWED = ['$authenticated']

/**
 * Verdaccio over the company's folder, without uplinks and with an auth plugin of ours: it knows whoever our proxy says, and nobody
 * else. Its log is that of its first start in a thread, for it keeps one in its modules.
 */
export async function startVerdaccio({ folder, scopes, identify, log }: VerdaccioParts): Promise<RequestListener> {
  const logger = createLogger(log)
  standIn({
    '@verdaccio/logger': { setup: () => logger, logger },
    [`verdaccio-${PLUGIN}`]: plugin,
  })
  const { runServer } = (await import('./load-verdaccio.cjs')).default
  const access = { access: ALLOWED, publish: ALLOWED, unpublish: ALLOWED }
  const config = {
    configPath: folder.config,
    storage: folder.storage,
    auth: { [PLUGIN]: { identify } },
    uplinks: {},
    packages: Object.fromEntries(scopes.map((scope) => [`${scope}/*`, access])),
    web: { enable: true, title: 'Packages of the company', login: false },
    // Bodies are read, within a limit, before it sees them.
    max_body_size: 1,
    user_agent: false,
    log: { type: 'stdout', format: 'json', level: 'warn' },
  }
  const server = await runServer(config)
  return server.listeners('request')[0] as RequestListener
}

function plugin({ identify }: Pick<VerdaccioParts, 'identify'>): object {
  return { authenticate: refuse, apiJWTmiddleware: () => admit(identify) }
}

/** No user has a password here: who asks was known before. */
function refuse(_user: string, _password: string, done: (error: null, groups: false) => void): void {
  done(null, false)
}

function admit(identify: VerdaccioParts['identify']) {
  return (request: Request, response: Response, next: () => void): void => {
    const caller = identify(request.headers.authorization)
    if (caller === undefined) {
      response.writeHead(401).end()
      return
    }
    const groups = [...ALLOWED, '$all', caller.group]
    request.remote_user = { name: caller.name, groups, real_groups: [caller.group] }
    next()
  }
}

type LogCall = (fields: unknown, template?: unknown) => void

/** As its own logger, pino, is called: `warn({ name }, 'no @{name}')`, or with the text alone. What it says on the way is left out. */
function createLogger(log: Log): Record<string, unknown> {
  const write =
    (level: 'warn' | 'error'): LogCall =>
    (fields, template = fields) => {
      log(level, `verdaccio: ${fillIn(String(template), fields)}`)
    }
  const quiet = ['trace', 'debug', 'http', 'info'].map((level) => [level, () => undefined] as const)
  const logger: Record<string, unknown> = {
    ...Object.fromEntries(quiet),
    warn: write('warn'),
    error: write('error'),
    fatal: write('error'),
    child: () => logger,
  }
  return logger
}

function fillIn(template: string, fields: unknown): string {
  return template.replace(/@\{!?([\w.]+)\}/g, (_, path: string) => {
    const value = path.split('.').reduce<unknown>(inside, fields)
    return value instanceof Error ? value.message : String(value)
  })
}

function inside(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[key] : undefined
}
