import { types } from 'node:util'
import { RELAY_PATH } from './relay-path.ts'

const SERVER = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER'
const ACCESS_TOKEN = 'NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN'
const OWN_TOKEN = 'MOCHI_CACHE_TOKEN'

type Environment = NodeJS.ProcessEnv

/** Whether the user has named a server himself. A task that starts Nx hands it the relay of the outer run: that is none. */
export function isServerGiven(env: Environment): boolean {
  const server = env[SERVER] ?? ''
  return server !== '' && !isRelay(server)
}

function isRelay(server: string): boolean {
  return /^http:\/\/127\.0\.0\.1:\d+\//.test(server) && URL.parse(server)?.pathname.startsWith(RELAY_PATH) === true
}

/** Takes the relay of an outer run away, which this run has no business with. */
export function forgetRelay(env: Environment): void {
  if (isRelay(env[SERVER] ?? '')) setVariables(env, { [SERVER]: '', [ACCESS_TOKEN]: '' })
}

/**
 * Takes the real token away: tasks inherit the environment. The kernel keeps what this process was started with, where a
 * task that looks for it can read it (/proc/<pid>/environ): against accidents, not against attackers.
 */
export function hideToken(env: Environment): void {
  if ((env[OWN_TOKEN] ?? '') !== '') setVariables(env, { [OWN_TOKEN]: '' })
}

/** Leads Nx to the relay, also where a proxy is set: Nx's client would ask that for loopback too. */
export function leadToRelay(env: Environment, { url, token }: { url: string; token: string }): void {
  setVariables(env, { [SERVER]: url, [ACCESS_TOKEN]: token, ...besideProxy(env) })
}

const PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

function besideProxy(env: Environment): Record<string, string> {
  if (!PROXIES.some((name) => (env[name] ?? '') !== '')) return {}
  const given = env['NO_PROXY'] ?? env['no_proxy'] ?? ''
  const list = given.split(',').includes('127.0.0.1') ? given : [given, '127.0.0.1'].filter(Boolean).join(',')
  return { NO_PROXY: list, no_proxy: list }
}

/**
 * For this run and its tasks. Where Nx runs a plugin in another process (the daemon, a plugin worker), it records what is
 * set through a proxy and sets it where the tasks are run. The other process lives on for other runs: there everything is
 * put back at once, past the proxy. Never undefined: Nx hands on only texts.
 */
function setVariables(env: Environment, variables: Readonly<Record<string, string>>): void {
  const before = Object.keys(variables).map((name) => [name, env[name]] as const)
  Object.assign(env, variables)
  if (!types.isProxy(env)) return
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(env, name)
    else Object.defineProperty(env, name, { value, configurable: true, enumerable: true, writable: true })
  }
}
