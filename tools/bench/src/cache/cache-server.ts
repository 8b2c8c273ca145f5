import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mintToken } from '@mochi/build-cache'
import { applyDirectory, askLauncher, controlPath, defaultPatience, planDirectory } from '@mochi/supervise'
import { createFolder, isAlive, startProcess } from '@mochi/testing'
import type { PreparedCheckout } from '../prepared-checkout.ts'

/** apps/cache as servers run it, `node dist/main.js` below a launcher, with data of its own. It ends with the block. */
export type CacheServer = AsyncDisposable & {
  readonly url: string
  readonly pid: number
  /** A token that writes for main. */
  readonly token: string
}

/** Of a checkout in which `cache` has been built. */
export async function startCacheServer({ checkout, env, generation }: PreparedCheckout): Promise<CacheServer> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const key = randomBytes(32).toString('hex')
  await folder.write({ 'credentials/mintKey': key }, { mode: 0o600 })
  await applyDirectory(folder.join('service'), planCache(checkout.join(), await readFlags(checkout.join())))
  const run = startProcess(folder.join('service/run'), [], {
    cwd: folder.join('service'),
    env: {
      ...env,
      CACHE_DATA: folder.join('data'),
      CREDENTIALS_DIRECTORY: folder.join('credentials'),
      NODE_COMPILE_CACHE: join(generation, '../../var/node-compile-cache'),
    },
  })
  started.use(run)
  started.defer(async () => {
    run.kill('SIGTERM')
    await run.ended
  })
  await run.waitFor('cache listens on')
  const token = await mintToken(key, { role: 'main', writer: 'benchmark', hours: 2 })
  const found = await find(folder.join('service'))
  started.use(killAtExit(found.pid))
  const all = started.move()
  return { ...found, token, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** A launcher that is killed leaves its service behind, in a group of its own. */
function killAtExit(pid: number): Disposable {
  const kill = (): void => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  process.once('exit', kill)
  return { [Symbol.dispose]: () => void process.off('exit', kill) }
}

/** Flags that the service asks for in its package.json, as `mochi up` gives them. */
async function readFlags(root: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'apps/cache/package.json'), 'utf8')
  return (JSON.parse(text) as { mochi: { node: readonly string[] } }).mochi.node
}

function planCache(root: string, flags: readonly string[]): ReturnType<typeof planDirectory> {
  return planDirectory({
    spec: {
      name: 'cache',
      command: ['node', ...flags, 'dist/main.js'],
      folder: join(root, 'apps/cache'),
      sockets: { public: { host: '127.0.0.1', port: 0 } },
      ready: 'message',
      patience: defaultPatience,
      limits: {},
    },
    env: {},
    launcher: ['node', join(root, 'libs/supervise/src/launcher/main.ts')],
    writer: ['cat'],
    log: {},
    isDown: false,
  })
}

async function find(directory: string): Promise<{ url: string; pid: number }> {
  const { status } = await askLauncher(controlPath(directory), { do: 'start' })
  const { pid = 0, sockets } = status
  if (pid <= 1) throw new Error('no cache serves')
  return { url: `http://127.0.0.1:${sockets.public?.port}`, pid }
}
