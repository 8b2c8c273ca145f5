import { access } from 'node:fs/promises'
import { redact } from '@mochi/errors'
import type { Context } from '../../context.ts'
import { registryOf } from '../../toolchain/place.ts'
import { ok, warn } from '../finding.ts'
import type { Finding } from '../finding.ts'

const PATIENCE = 3000

/** Whether the package registry answers. A machine without one still works from what is installed. */
export async function checkRegistry(context: Context): Promise<readonly Finding[]> {
  const id = 'registry'
  const meaning = 'New packages and new tools cannot be fetched; what is installed works.'
  try {
    const { address, origin, authorization } = await registryOf(context)
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await ask(`${address}/-/ping`, headers)
    const found = `${redact(address)} (from ${origin}): ${answer.text}`
    if (answer.reached) return [ok(id, found)]
    return [warn({ id, found, meaning, fix: fixOf(answer.text) })]
  } catch (error) {
    const found = redact(error instanceof Error ? error.message : String(error))
    return [warn({ id, found, meaning, fix: 'export MOCHI_REGISTRY=<address>, or set `registry` in ~/.npmrc' })]
  }
}

type Answer = { reached: boolean; text: string }

/** Any answer below 500 shows that the registry is there: not every registry has a ping page. */
async function ask(address: string, headers: Record<string, string>): Promise<Answer> {
  try {
    const { status } = await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE) })
    if (status === 407) return { reached: false, text: 'the proxy wants a user and a password (407)' }
    return status < 500 ? { reached: true, text: 'answers' } : { reached: false, text: `answers ${status}` }
  } catch (error) {
    return { reached: false, text: describeFailure(error) }
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${PATIENCE / 1000} s`
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code)
  return redact(cause instanceof Error ? cause.message : String(cause))
}

function fixOf(text: string): string {
  if (/CERT|SELF_SIGNED|ISSUER/.test(text))
    return 'export NODE_EXTRA_CA_CERTS=<certificate file of your company>, or NODE_USE_SYSTEM_CA=1'
  if (text.includes('407')) return 'put the user and the password into https_proxy'
  return 'look at the proxy variables below, or name a registry that this machine reaches: export MOCHI_REGISTRY=<address>'
}

const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']
const FILES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'npm_config_cafile']
const SWITCHES = ['NODE_USE_SYSTEM_CA', 'NODE_USE_ENV_PROXY', 'NODE_OPTIONS', 'MOCHI_REGISTRY', 'npm_config_registry']

/** Proxy and certificate variables that are set, and those that cannot do what they are set for. */
export async function checkNetworkVariables({ env }: Pick<Context, 'env'>): Promise<readonly Finding[]> {
  const names = [...PROXIES.flatMap((name) => [name, name.toUpperCase()]), ...FILES, ...SWITCHES]
  const set = names.flatMap((name) => (env[name] ? [{ name, value: env[name] }] : []))
  const files = await Promise.all(set.filter(({ name }) => FILES.includes(name)).map(findLostFile))
  return [
    ...set.map(({ name, value }) => ok(`variable.${name}`, redact(value))),
    ...files.flat(),
    ...judgeSwitches(env),
  ]
}

async function findLostFile({ name, value }: { name: string; value: string }): Promise<readonly Finding[]> {
  const there = await access(value).then(
    () => true,
    () => false,
  )
  if (there) return []
  const found = `${name} names ${value}, which is not there`
  return [warn({ id: `variable.${name}.file`, found, meaning: 'Certificates are not trusted.', fix: `unset ${name}` })]
}

function judgeSwitches(env: Context['env']): readonly Finding[] {
  const findings: Finding[] = []
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    findings.push(
      warn({
        id: 'variable.NODE_TLS_REJECT_UNAUTHORIZED',
        found: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
        meaning: 'Nobody checks whom Node talks to.',
        fix: 'unset NODE_TLS_REJECT_UNAUTHORIZED; for a company certificate: NODE_EXTRA_CA_CERTS=<file>',
      }),
    )
  const proxy = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((name) => env[name])
  if (proxy !== undefined && env['NODE_USE_ENV_PROXY'] !== '1')
    findings.push(
      warn({
        id: 'variable.NODE_USE_ENV_PROXY',
        found: `${proxy} is set and NODE_USE_ENV_PROXY is not 1`,
        meaning: 'curl, npm and pnpm use the proxy; programs on Node do not.',
        fix: 'export NODE_USE_ENV_PROXY=1',
      }),
    )
  return findings
}
