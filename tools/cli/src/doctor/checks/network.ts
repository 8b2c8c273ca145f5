import { access } from 'node:fs/promises'
import { redact } from '@mochi/errors'
import type { Context } from '../../context.ts'
import { ok, warn } from '../finding.ts'
import type { Finding } from '../finding.ts'

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
