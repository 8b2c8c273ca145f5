import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createFolder,
  isolatedEnvironment,
  runProcess,
  startProcess,
  startService,
  workspaceRoot,
} from '@mochi/testing'
import type { Folder, Outcome, TestProcess } from '@mochi/testing'
import { runCli } from '../run-cli.ts'
import { createTestContext } from '../testing/test-context.ts'

/** The service registry as a process of its own, without an uplink, and a token that publishes to it. */
export async function startCompanyRegistry(scope = '@acme') {
  await using started = new AsyncDisposableStack()
  const told = (folder: Folder) => ({
    REGISTRY_DATA: folder.join('data'),
    REGISTRY_SCOPES: JSON.stringify([scope]),
  })
  const service = started.use(await startService('registry', { env: told }))
  const program = join(workspaceRoot, 'apps/registry/src/programs/token.ts')
  const args = [program, 'create', '--name=ann', '--group=publish', '--expires=1d']
  const env = isolatedEnvironment(service.folder.path, told(service.folder))
  const { stdout } = await runProcess(process.execPath, args, { env, cwd: service.folder.path })
  const { tokens } = JSON.parse(stdout) as { tokens: readonly { text: string }[] }
  const all = started.move()
  return {
    url: service.url,
    token: tokens[0]?.text ?? '',
    /** Versions of a package that it has. */
    versions: async (name: string): Promise<readonly string[]> => Object.keys(await readVersions(service.url, name)),
    manifest: async (name: string, version: string) => (await readVersions(service.url, name))[version],
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function readVersions(url: string, name: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/${name.replace('/', '%2f')}`)
  const { versions = {} } = (await response.json()) as { versions?: Record<string, unknown> }
  return versions
}

export type CompanyRegistry = Awaited<ReturnType<typeof startCompanyRegistry>>

/** Packs as the target does, without Nx. */
const NX = `#!/bin/sh
for word; do case $last in --projects) names=$word ;; esac; last=$word; done
for name in $(echo "$names" | tr , ' '); do
  (cd libs/$name && pnpm pack --out dist/%s-%v.tgz >/dev/null) || exit 1
done
`

const CHANGESET = `#!/bin/sh
exec '${process.execPath}' '${join(workspaceRoot, 'node_modules/@changesets/cli/bin.js')}' "$@"
`

const ROOT = {
  'package.json': '{ "name": "acme", "private": true, "license": "MIT" }\n',
  'pnpm-workspace.yaml': 'packages:\n  - libs/*\n  - apps/*\n',
  '.gitignore': 'node_modules/\ndist/\n',
  '.changeset/config.json': '{ "baseBranch": "main", "privatePackages": { "version": true, "tag": true } }\n',
}

/** A library, and what it needs. */
export function library(name: string, needs: readonly string[] = [], more: object = {}): Record<string, string> {
  const dependencies = Object.fromEntries(needs.map((need) => [`@acme/${need}`, 'workspace:*']))
  const manifest = { name: `@acme/${name}`, version: '1.0.0', license: 'MIT', main: 'index.js', dependencies, ...more }
  return {
    [`libs/${name}/package.json`]: `${JSON.stringify(manifest, undefined, 2)}\n`,
    [`libs/${name}/index.js`]: `exports.name = '${name}'\n`,
  }
}

/** A changeset that moves packages by a minor version. */
export function changeset(id: string, names: readonly string[], summary: string): Record<string, string> {
  const lines = names.map((name) => `'@acme/${name}': minor\n`)
  return { [`.changeset/${id}.md`]: `---\n${lines.join('')}---\n\n${summary}\n` }
}

/** `zero` needs nothing, `box` needs `zero`, `all` needs both; `hello` is private. */
export const LIBRARIES = {
  ...library('all', ['zero', 'box']),
  ...library('box', ['zero']),
  ...library('zero'),
  'apps/hello/package.json':
    '{ "name": "@acme/hello", "version": "1.0.0", "private": true, "dependencies": { "@acme/all": "workspace:*" } }\n',
}

export type ReleaseCheckout = AsyncDisposable & {
  readonly folder: Folder
  readonly env: Readonly<Record<string, string>>
  git(...args: readonly string[]): Promise<string>
  /** Writes files and commits everything. */
  commit(files?: Readonly<Record<string, string>>): Promise<void>
  /** `mochi release …` as a process. */
  start(args: readonly string[], variables?: Readonly<Record<string, string>>): TestProcess
  /** The same in this process. */
  release(...args: readonly string[]): Promise<Pick<Outcome, 'code' | 'stdout' | 'stderr'>>
  /** The tags of git. */
  tags(): Promise<readonly string[]>
}

/** What `pnpm install` does with the packages of a workspace: packing reads their versions there. */
async function linkLibraries(folder: Folder, files: Readonly<Record<string, string>>): Promise<void> {
  const libraries = Object.keys(files).flatMap((path) => /^libs\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? [])
  for (const from of libraries) {
    const scope = folder.join(`work/libs/${from}/node_modules/@acme`)
    await mkdir(scope, { recursive: true })
    for (const to of libraries) await symlink(`../../../${to}`, join(scope, to))
  }
}

/** A workspace of a company, committed, whose `.npmrc` has the token for the registry. */
export async function createReleaseCheckout(
  files: Readonly<Record<string, string>>,
  registry?: CompanyRegistry,
): Promise<ReleaseCheckout> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const npmrc = registry === undefined ? '' : `//${new URL(registry.url).host}/:_authToken=${registry.token}\n`
  await folder.write({ 'home/.npmrc': npmrc })
  await folder.write(
    { 'work/node_modules/.bin/nx': NX, 'work/node_modules/.bin/changeset': CHANGESET },
    { mode: 0o755 },
  )
  const env = isolatedEnvironment(folder.join('home'), { CI: 'true', GIT_CONFIG_NOSYSTEM: '1' })
  const cwd = folder.join('work')
  const git = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runProcess('git', args, { cwd, env })
    if (code !== 0) throw new Error(`git ${args.join(' ')}\n${stderr}`)
    return stdout
  }
  const commit: ReleaseCheckout['commit'] = async (changed = {}) => {
    const named = Object.entries(changed).map(([path, text]) => [`work/${path}`, text])
    await folder.write(Object.fromEntries(named) as Record<string, string>)
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'A change')
  }
  const program = join(workspaceRoot, 'tools/cli/src/testing/cli.fixture.ts')
  const command = (args: readonly string[]) => [program, cwd, folder.join('prefix'), 'release', ...args]
  const prepare = async () => {
    await linkLibraries(folder, files)
    await git('init', '--quiet', '--initial-branch', 'main')
    await git('config', 'user.name', 'Ann')
    await git('config', 'user.email', 'ann@example.com')
    await commit({ ...ROOT, ...files })
  }
  await prepare()
  const all = started.move()
  return {
    ...{ folder, env, git, commit },
    start: (args, variables = {}) =>
      startProcess(process.execPath, command(args), { cwd, env: { ...env, ...variables } }),
    release: async (...args) => {
      const context = createTestContext({ root: cwd, home: folder.join('home'), env })
      return { code: await runCli(['release', ...args], context, '0'), ...context.written }
    },
    tags: async () => (await git('tag', '--list')).trim().split('\n').sort(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
