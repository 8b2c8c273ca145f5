import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mintToken } from '@mochi/build-cache'
import { applyDirectory, defaultPatience, planDirectory } from '@mochi/supervise'
import { createFolder, isAlive, startProcess } from '@mochi/testing'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { findService } from '../service/find-service.ts'
import type { Served } from '../swap/platform.ts'

/** apps/cache below a launcher, with data of its own. It ends with the block. */
export type CacheServer = AsyncDisposable &
  Served & {
    /** A token that writes for main. */
    readonly token: string
  }

/** Of a checkout, at `root`, in which `cache` has been built: `program` is what servers run. */
export async function startCacheServer(
  root: string,
  { env, generation }: Pick<PreparedCheckout, 'env' | 'generation'>,
  program = 'dist/main.js',
): Promise<CacheServer> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const key = randomBytes(32).toString('hex')
  await folder.write({ 'credentials/mintKey': key }, { mode: 0o600 })
  await applyDirectory(folder.join('service'), planCache(root, [...(await readFlags(root)), program]))
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
  const found = await findService(folder.join('service'))
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

function planCache(root: string, args: readonly string[]): ReturnType<typeof planDirectory> {
  return planDirectory({
    spec: {
      name: 'cache',
      command: ['node', ...args],
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
