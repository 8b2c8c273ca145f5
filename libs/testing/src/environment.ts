import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { delimiter, sep } from 'node:path'

export type Environment = Record<string, string>

/** What a machine needs to reach its registry through its proxy with its certificate authorities; compared in lower case. */
const PASSED = new Set([
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'ssl_cert_file',
  'ssl_cert_dir',
  'node_extra_ca_certs',
  'curl_ca_bundle',
  'git_ssl_cainfo',
  'mochi_registry',
  'mochi_node_site',
  'npm_config_registry',
  'npm_config_userconfig',
  'npm_config_cafile',
  'npm_config_proxy',
  'npm_config_https_proxy',
  'npm_config_noproxy',
])

/**
 * The whole environment of a child process that must not see the developer's machine: its own HOME, an English locale,
 * and of everything else only proxies, certificate authorities and the registry. `extra` comes last; `undefined`
 * removes a variable. PATH is this process's without any `node_modules/.bin`, unless `extra` names one.
 */
export function isolatedEnvironment(
  home: string,
  extra: Readonly<Record<string, string | undefined>> = {},
  outer: NodeJS.ProcessEnv = process.env,
): Environment {
  const registry = registryOf(outer)
  const environment: Record<string, string | undefined> = {
    ...passedFrom(outer),
    PATH: pathWithoutProjects(outer['PATH'] ?? ''),
    HOME: home,
    TMPDIR: tmpdir(),
    LANG: 'C',
    NODE_USE_SYSTEM_CA: '1',
    npm_config_registry: registry,
    // pnpm 12 does not read the variable that npm reads.
    pnpm_config_registry: registry,
    ...extra,
  }
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

const answers = new WeakMap<NodeJS.ProcessEnv, string>()

/** The registry of the machine that runs the tests: an empty HOME no longer says which it is. npm is asked once. */
function registryOf(outer: NodeJS.ProcessEnv): string {
  const named = outer['MOCHI_REGISTRY'] ?? outer['npm_config_registry'] ?? answers.get(outer)
  if (named !== undefined) return named
  const answer = askNpm(outer)
  answers.set(outer, answer)
  return answer
}

function askNpm(env: NodeJS.ProcessEnv): string {
  try {
    return execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', env, cwd: tmpdir() }).trim()
  } catch (cause) {
    throw new Error('Which registry do these tests use? npm could not be asked; set MOCHI_REGISTRY.', { cause })
  }
}

function passedFrom(outer: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(outer).filter(([name]) => PASSED.has(name.toLowerCase())))
}

function pathWithoutProjects(path: string): string {
  const ofProject = `node_modules${sep}.bin`
  return path
    .split(delimiter)
    .filter((folder) => !folder.endsWith(ofProject))
    .join(delimiter)
}
