import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isLoopbackName } from '@mochi/names'
import type { Registry } from './api.ts'
import { errors } from './errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

export type FindRegistryOptions = {
  /** The checkout, whose `.npmrc` is read. */
  root: string
  home: string
  environment: Environment
  /** Answers `npm config get registry`, or undefined where no npm exists. */
  askNpm: () => Promise<string | undefined>
  /** Passes over registries, and takes the next that is named. */
  except?: Except | undefined
}

export type Except = {
  isMeant(address: string): boolean
  /** What counts where a `.npmrc` names one of them. */
  instead: string | undefined
}

/** A `.npmrc`: its keys as they stand, and where it is. */
type Configuration = { file: string; values: ReadonlyMap<string, string> }

/**
 * The registry to ask: `MOCHI_REGISTRY`, `npm_config_registry`, the checkout's `.npmrc`, the user's, and last npm itself.
 * A token that belongs to the address comes from the same `.npmrc` files, or from user and password in the address.
 * Errors: TOOLCHAIN_REGISTRY_UNKNOWN, TOOLCHAIN_TOKEN_IN_CLEAR.
 */
export async function findRegistry(options: FindRegistryOptions): Promise<Registry> {
  const { environment, except } = options
  const files = [
    join(options.root, '.npmrc'),
    nonEmpty(environment['NPM_CONFIG_USERCONFIG']) ??
      nonEmpty(environment['npm_config_userconfig']) ??
      join(options.home, '.npmrc'),
  ]
  const configurations = await Promise.all(files.map((file) => readConfiguration(file, environment)))
  const named = [...fromEnvironment(environment), ...fromConfigurations(configurations, except)]
  const isWanted = ({ text }: Found): boolean => except?.isMeant(text) !== true
  const found = named.find(isWanted) ?? (await fromNpm(options.askNpm)).find(isWanted)
  if (found === undefined) throw errors.TOOLCHAIN_REGISTRY_UNKNOWN({ found: 'none' })
  return describe(found, configurations)
}

type Found = { text: string; origin: string }

function fromEnvironment(environment: Environment): readonly Found[] {
  return ['MOCHI_REGISTRY', 'npm_config_registry', 'NPM_CONFIG_REGISTRY'].flatMap((name) =>
    toFound(environment[name], name),
  )
}

function fromConfigurations(configurations: readonly Configuration[], except: Except | undefined): readonly Found[] {
  return configurations.flatMap(({ file, values }) => {
    const text = values.get('registry')
    return toFound(text !== undefined && except?.isMeant(text) === true ? except.instead : text, file)
  })
}

async function fromNpm(askNpm: FindRegistryOptions['askNpm']): Promise<readonly Found[]> {
  return toFound(await askNpm(), 'npm config get registry')
}

function toFound(given: string | undefined, origin: string): readonly Found[] {
  const text = nonEmpty(given)
  return text === undefined ? [] : [{ text, origin }]
}

function describe(found: Found, configurations: readonly Configuration[]): Registry {
  const url = URL.canParse(found.text) ? new URL(found.text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw errors.TOOLCHAIN_REGISTRY_UNKNOWN({ found: `${JSON.stringify(found.text)} (${found.origin})` })
  const authorization = authorizationOf(url, configurations)
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  const address = url.href.replace(/\/+$/, '')
  if (authorization !== undefined && url.protocol === 'http:' && !isLoopbackName(url.hostname))
    throw errors.TOOLCHAIN_TOKEN_IN_CLEAR({ address, origin: found.origin })
  return { address, origin: found.origin, ...(authorization === undefined ? {} : { authorization }) }
}

/**
 * npm's keys are `//host/path/:_authToken`; the longest path that the address begins with wins, then the checkout's file.
 * `find_authorization` in `lib/registry.sh` has the same rules.
 */
function authorizationOf(url: URL, configurations: readonly Configuration[]): string | undefined {
  if (url.username !== '') {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    return `Basic ${Buffer.from(credentials).toString('base64')}`
  }
  const parts = url.pathname.split('/').filter((part) => part !== '')
  for (let length = parts.length; length >= 0; length--) {
    const place = `//${url.host}/${parts
      .slice(0, length)
      .map((part) => `${part}/`)
      .join('')}`
    for (const { values } of configurations) {
      const token = nonEmpty(values.get(`${place}:_authToken`))
      if (token !== undefined) return `Bearer ${token}`
      const basic = nonEmpty(values.get(`${place}:_auth`))
      if (basic !== undefined) return `Basic ${basic}`
    }
  }
  return undefined
}

/** `key=value` lines; `#` and `;` begin a comment; `${NAME}` stands for a variable, one that is not set for nothing. */
async function readConfiguration(file: string, environment: Environment): Promise<Configuration> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const values = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    const plain = value.replace(/^(["'])(.*)\1$/, '$2')
    values.set(
      key,
      plain.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => environment[name] ?? ''),
    )
  }
  return { file, values }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text === 'undefined' || text === 'null' ? undefined : text
}
