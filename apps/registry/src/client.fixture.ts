import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess } from '@mochi/testing'
import type { Folder, Outcome } from '@mochi/testing'

export type ClientName = 'npm' | 'pnpm' | 'yarn' | 'berry' | 'bun'

/** A developer's machine with one client on it: its own HOME, configuration, caches, and folders of packages. */
export type Client = AsyncDisposable & {
  readonly folder: Folder
  run(args: readonly string[], options?: { cwd?: string; input?: string }): Promise<Outcome>
  /** Runs it and throws what it printed when it fails. */
  ok(args: readonly string[], options?: { cwd?: string; input?: string }): Promise<string>
  /** Answers each of its questions when it asks, and gives its exit code and all it printed. */
  converse(
    args: readonly string[],
    answers: readonly (readonly [question: string, answer: string])[],
  ): Promise<Pick<Outcome, 'code'> & { output: string }>
  /** Makes a package in a folder of its own, whose path it gives. */
  package(name: string, version: string, files?: Readonly<Record<string, string>>): Promise<string>
  /** Makes a project that depends on packages, and gives its path. */
  project(dependencies: Readonly<Record<string, string>>): Promise<string>
}

/** A client that asks the registry at `url` with `token`. */
export async function createClient(name: ClientName, { url, token }: { url: string; token?: string }): Promise<Client> {
  const folder = await createFolder(configuration(url, token))
  const env = environment(folder, url)
  const [command, ...first] = commandOf(name)
  const run: Client['run'] = (args, { cwd = folder.path, input } = {}) =>
    runProcess(command, [...first, ...args], { cwd, env, ...(input === undefined ? {} : { input }) })
  const write = async (at: string, manifest: object, files: Readonly<Record<string, string>> = {}) => {
    await folder.write({ [join(at, 'package.json')]: JSON.stringify(manifest, null, 2) })
    for (const [file, text] of Object.entries(files)) await folder.write({ [join(at, file)]: text })
    return folder.join(at)
  }
  let count = 0
  return {
    folder,
    run,
    ok: async (args, options) => {
      const outcome = await run(args, options)
      if (outcome.code !== 0) throw new Error(`${name} ${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`)
      return outcome.stdout
    },
    converse: (args, answers) => converse([command, ...first, ...args], { cwd: folder.path, env }, answers),
    package: (of, version, files = { 'index.js': `module.exports = '${of}@${version}'\n` }) =>
      write(`packages/${(count += 1)}`, { name: of, version, license: 'MIT', main: 'index.js' }, files),
    project: (dependencies) =>
      write(
        `projects/${(count += 1)}`,
        { name: 'project', version: '1.0.0', private: true, dependencies },
        { 'yarn.lock': '' },
      ),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

async function converse(
  [command = '', ...args]: string[],
  options: { cwd: string; env: Record<string, string> },
  answers: readonly (readonly [string, string])[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, options)
  const state = { output: '', answered: 0 }
  const hear = (text: string) => {
    state.output += text
    const [question, answer] = answers[state.answered] ?? []
    if (question === undefined || !state.output.includes(question)) return
    state.answered += 1
    child.stdin.write(`${String(answer)}\n`)
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, output: state.output }
  } finally {
    child.kill('SIGKILL')
  }
}

function configuration(url: string, token: string | undefined): Record<string, string> {
  const { host } = new URL(url)
  const npmrc = [
    `registry=${url}/`,
    ...(token === undefined ? [] : [`//${host}/:_authToken=${token}`]),
    'fund=false',
    'audit=false',
  ]
  const yarnrc = [
    `npmRegistryServer: ${url}`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    'enableTelemetry: false',
    // Its own delay for new versions is not what is tested.
    'npmMinimalAgeGate: 0',
    'enableGlobalCache: false',
    'nodeLinker: node-modules',
    ...(token === undefined ? [] : [`npmAuthToken: ${token}`]),
  ]
  return { '.npmrc': `${npmrc.join('\n')}\n`, '.yarnrc.yml': `${yarnrc.join('\n')}\n` }
}

/** Nothing but loopback is asked. */
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'npm_config_proxy', 'npm_config_https_proxy']

function environment(folder: Folder, url: string): Record<string, string> {
  return isolatedEnvironment(folder.path, {
    npm_config_userconfig: folder.join('.npmrc'),
    NPM_CONFIG_USERCONFIG: folder.join('.npmrc'),
    npm_config_cache: folder.join('cache/npm'),
    npm_config_registry: `${url}/`,
    pnpm_config_registry: `${url}/`,
    pnpm_config_store_dir: folder.join('cache/store'),
    // As that of yarn is off in its file.
    pnpm_config_minimum_release_age: '0',
    XDG_CACHE_HOME: folder.join('cache'),
    XDG_DATA_HOME: folder.join('data'),
    XDG_STATE_HOME: folder.join('state'),
    XDG_CONFIG_HOME: folder.join('config'),
    YARN_CACHE_FOLDER: folder.join('cache/yarn'),
    YARN_REGISTRY: `${url}/`,
    BUN_INSTALL_CACHE_DIR: folder.join('cache/bun'),
    DO_NOT_TRACK: '1',
    CI: '1',
    ...Object.fromEntries(PROXIES.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, undefined])),
  })
}

function commandOf(name: ClientName): [string, ...string[]] {
  const modules = join(import.meta.dirname, '../node_modules')
  if (name === 'yarn') return [process.execPath, join(modules, 'yarn-classic/bin/yarn.js')]
  if (name === 'berry') return [process.execPath, join(modules, '@yarnpkg/cli-dist/bin/yarn.js')]
  if (name === 'bun') return [join(realpathSync(join(modules, 'bun')), '../@oven', bunPackage(), 'bin/bun')]
  return [name]
}

/** Its own package finds the program by a script at its installation, which is not run here. */
function bunPackage(): string {
  return `bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
}
