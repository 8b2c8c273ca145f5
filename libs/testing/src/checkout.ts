import { copyFile, lstat, mkdir, readlink, realpath, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { isolatedEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { createFolder } from './folder.ts'
import type { Folder } from './folder.ts'
import { runProcess } from './process.ts'
import type { Outcome, ProcessOptions } from './process.ts'

/** The workspace these tests stand in. */
export const workspaceRoot = resolve(import.meta.dirname, '../../..')

export type CheckoutOptions = {
  /** Installs the dependencies from the frozen lock file, out of this machine's pnpm store. Default: false. */
  install?: boolean
  /** Commits everything on the branch `main`. Default: true. */
  commit?: boolean
  /** The working tree to copy. Default: the one these tests stand in. */
  source?: string
}

/** A clone of a working tree, its changes included, that shares nothing with it or with the developer's home. */
export type Checkout = AsyncDisposable & {
  /** The root of the clone. */
  readonly path: string
  /** Its HOME: empty at first. */
  readonly home: string
  /** The environment of all that runs in it. */
  readonly env: Environment
  join(...names: string[]): string
  write: Folder['write']
  /** Runs a command in the clone, by default in its root, to its end; the test looks at the exit code. */
  run(command: string, args: readonly string[], options?: ProcessOptions): Promise<Outcome>
}

/**
 * Copies the files that git tracks or would track into a folder of its own, with its own git repository, HOME, TMPDIR
 * and Nx caches. First on its PATH are this process's Node and the npm, npx and pnpm of this process's PATH.
 */
export async function createCheckout(options: CheckoutOptions = {}): Promise<Checkout> {
  const { install = false, commit = true, source = workspaceRoot } = options
  const folder = await createFolder()
  try {
    const checkout = await openCheckout(folder)
    await copyWorkingTree(source, checkout)
    await startRepository(checkout, commit)
    if (install) await installDependencies(checkout)
    return checkout
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}

async function openCheckout(folder: Folder): Promise<Checkout> {
  const path = folder.join('repository')
  const home = folder.join('home')
  const temporary = folder.join('tmp')
  const tools = folder.join('tools')
  for (const name of [path, home, temporary, tools]) await mkdir(name)
  await linkTools(tools)
  const env = isolatedEnvironment(home, {
    PATH: `${tools}:/usr/local/bin:/usr/bin:/bin`,
    TMPDIR: temporary,
    GIT_CONFIG_NOSYSTEM: '1',
    NX_CACHE_DIRECTORY: folder.join('nx/cache'),
    NX_WORKSPACE_DATA_DIRECTORY: folder.join('nx/data'),
    NX_DAEMON: 'false',
    ...(await sharedPackages()),
  })
  return {
    path,
    home,
    env,
    join: (...names) => join(path, ...names),
    write: (files, options) =>
      folder.write(
        Object.fromEntries(Object.entries(files).map(([name, text]) => [`repository/${name}`, text])),
        options,
      ),
    run: (command, args, options) => runProcess(command, args, { cwd: path, env, ...options }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** A folder of links, so that no other tool of the folders they stand in comes onto the PATH. */
async function linkTools(tools: string): Promise<void> {
  await symlink(process.execPath, join(tools, 'node'))
  for (const name of ['npm', 'npx', 'pnpm']) {
    const found = await findOnPath(name)
    if (found === undefined) {
      throw new Error(`A checkout needs ${name}, and it is not on PATH. Run the tests through ./mochi exec --.`)
    }
    await symlink(found, join(tools, name))
  }
  // The pinned npx looks beside itself for the one of npm; another npx is that one.
  const npmNpx = await findOnPath('npm-npx')
  if (npmNpx !== undefined) await symlink(npmNpx, join(tools, 'npm-npx'))
}

async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    const found = await realpath(join(folder, name)).catch(() => undefined)
    if (found !== undefined) return found
  }
  return undefined
}

let store: Promise<string> | undefined

/** The machine's pnpm store and metadata: without them each checkout would ask for every package again. */
async function sharedPackages(): Promise<Environment> {
  store ??= succeed('pnpm', ['store', 'path'], { cwd: workspaceRoot }).then((text) => dirname(text.trim()))
  return { pnpm_config_store_dir: await store, pnpm_config_cache_dir: join(cacheFolder(process.env), 'pnpm') }
}

/** Where pnpm keeps what it may lose; `pnpm config get cache-dir` does not say it. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env['XDG_CACHE_HOME'] ?? join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache')
}

async function copyWorkingTree(source: string, checkout: Checkout): Promise<void> {
  const listed = await succeed('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: source,
    env: withoutGit(process.env),
  })
  const names = [...new Set(listed.split('\0'))].filter((name) => name !== '')
  await Promise.all([...new Set(names.map(dirname))].map((name) => mkdir(checkout.join(name), { recursive: true })))
  await Promise.all(names.map((name) => copyEntry(join(source, name), checkout.join(name))))
}

/** A hook of git runs with variables that point at the repository it was started in. */
function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')))
}

/** A tracked file that was deleted is not there to copy; `copyFile` keeps the mode. */
async function copyEntry(from: string, to: string): Promise<void> {
  try {
    if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from), to)
    else await copyFile(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function startRepository(checkout: Checkout, commit: boolean): Promise<void> {
  const git = (...args: string[]) => succeed('git', args, { cwd: checkout.path, env: checkout.env })
  await git('init', '--quiet', '--initial-branch=main')
  await git('config', 'user.name', 'Test')
  await git('config', 'user.email', 'test@mochi.example')
  await git('config', 'commit.gpgsign', 'false')
  if (!commit) return
  await git('add', '--all')
  await git('commit', '--quiet', '--no-verify', '--message', 'The working tree')
}

async function installDependencies(checkout: Checkout): Promise<void> {
  const args = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only']
  await succeed('pnpm', args, { cwd: checkout.path, env: checkout.env })
}

async function succeed(command: string, args: readonly string[], options: ProcessOptions): Promise<string> {
  const { code, signal, stdout, stderr } = await runProcess(command, args, options)
  if (code === 0) return stdout
  throw new Error(`${command} ${args.join(' ')} ended with ${code ?? signal ?? 'nothing'}:\n${stderr}${stdout}`)
}
