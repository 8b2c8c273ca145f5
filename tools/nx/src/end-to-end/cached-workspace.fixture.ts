import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess, workspaceRoot } from '@mochi/testing'
import type { Environment, Outcome } from '@mochi/testing'
import type { Account } from '../build-cache/account.ts'
import type { TaskResult } from '../task-results.ts'

const COMPANY = { scopes: ['@mochi'], domain: 'example.com' }

/** A token that says that it writes for main, to a cache that does not look at signatures. */
export const WRITER = unsignedToken('main')

/** How a run of Nx ended, and what it left. */
export type NxRun = Outcome & {
  /** What each task that really ran saw of the cache in its environment, by its project, in order. */
  readonly ran: readonly { project: string; env: Record<string, string> }[]
  readonly tasks: readonly TaskResult[]
  /** What the cache did; undefined where none was used. */
  readonly account: Account | undefined
}

/** A small git repository with Nx, the plugin and the settings of this one. Its projects are libs with a test and a build each. */
export type CachedWorkspace = AsyncDisposable & {
  readonly path: string
  readonly env: Environment
  /** `npx nx …`, with nothing in Nx's own cache. */
  nx(args: readonly string[], extra?: Environment): Promise<NxRun>
  /** Names a cache in mochi.json. */
  configure(cache: { url: string; compare?: number }): Promise<void>
  /** The outputs of a project's build. */
  built(project: string): Promise<string>
}

export async function createCachedWorkspace(projects: readonly string[] = ['a', 'b']): Promise<CachedWorkspace> {
  const folder = await createFolder({
    ...Object.fromEntries(projects.map((name) => [`repository/libs/${name}/package.json`, manifestOf(name)])),
    'repository/task.mjs': TASK,
    'repository/mochi.json': JSON.stringify(COMPANY),
    'repository/.gitignore': 'node_modules\ndist\n',
    'home/.keep': '',
  })
  const path = folder.join('repository')
  const settings = ['nx.json', 'package.json', 'pnpm-workspace.yaml', '.env']
  await Promise.all(settings.map((file) => cp(join(workspaceRoot, file), join(path, file))))
  await symlink(join(workspaceRoot, 'node_modules'), join(path, 'node_modules'))
  const env = isolatedEnvironment(folder.join('home'), {
    NX_CACHE_DIRECTORY: folder.join('nx/cache'),
    NX_WORKSPACE_DATA_DIRECTORY: folder.join('nx/data'),
    NX_DAEMON: 'false',
    MOCHI_TASK_RESULTS: folder.join('nx/results.json'),
    RAN: folder.join('nx/ran.jsonl'),
  })
  await commit(path, env)
  return {
    path,
    env,
    nx: async (args, extra = {}) => {
      await rm(folder.join('nx'), { recursive: true, force: true })
      await folder.write({ 'nx/ran.jsonl': '' })
      const outcome = await runProcess('npx', ['nx', ...args], { cwd: path, env: { ...env, ...extra } })
      return {
        ...outcome,
        ran: (await readFile(folder.join('nx/ran.jsonl'), 'utf8'))
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as NxRun['ran'][number]),
        tasks: ((await readJson(folder.join('nx/results.json'))) ?? []) as TaskResult[],
        account: withFault((await readJson(folder.join('nx/cache.json'))) as Account | undefined),
      }
    },
    configure: (cache) => writeFile(join(path, 'mochi.json'), JSON.stringify({ ...COMPANY, cache })),
    built: (project) => readFile(join(path, 'libs', project, 'dist/built.txt'), 'utf8'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

export function unsignedToken(role: string): string {
  const claims = { iss: 'mochi-build-cache', role, scope: 'main', sub: 'test', iat: 0, exp: 3600, jti: '1' }
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`
}

/** With `BUILT_AS` it makes something else of the same inputs. */
const TASK = `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
const { env } = process
const seen = Object.entries(env).filter(([name]) => /CACHE_TOKEN|REMOTE_CACHE|NO_PROXY/i.test(name))
const project = env.NX_TASK_TARGET_PROJECT
appendFileSync(env.RAN, JSON.stringify({ project, env: Object.fromEntries(seen) }) + '\\n')
mkdirSync('dist', { recursive: true })
writeFileSync('dist/built.txt', project + ' ' + (env.BUILT_AS ?? 'always the same') + '\\n')
console.log('ran', project)
`

function manifestOf(name: string): string {
  const options = { cwd: '{projectRoot}' }
  const target = {
    command: 'node ../../task.mjs',
    options,
    cache: true,
    inputs: ['default'],
    outputs: ['{projectRoot}/dist'],
  }
  return JSON.stringify({ name: `@mochi/${name}`, nx: { name, targets: { test: target, build: target } } })
}

/** Everything on the branch main, and on another one a change of every project: `nx affected` runs them all. */
async function commit(path: string, env: Environment): Promise<void> {
  const git = async (...args: string[]): Promise<void> => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@mochi.example']
    const { code, stderr } = await runProcess('git', [...identity, ...args], { cwd: path, env })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  }
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'One')
  await git('switch', '--quiet', '--create', 'ticket')
  const libs = await readdir(join(path, 'libs'))
  await Promise.all(libs.map((lib) => writeFile(join(path, 'libs', lib, 'changed.txt'), 'changed\n')))
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'Two')
}

/** JSON leaves out what is undefined. */
function withFault(account: Account | undefined): Account | undefined {
  return account && { ...account, fault: account.fault }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}
