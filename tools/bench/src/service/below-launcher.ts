import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { applyDirectory, defaultPatience, planDirectory } from '@mochi/supervise'
import { createFolder, isAlive, startProcess } from '@mochi/testing'
import type { Environment } from '@mochi/testing'
import type { Served } from '../swap/platform.ts'
import { findService } from './find-service.ts'

export type Launchable = {
  /** The workspace in whose `apps` it stands. */
  readonly root: string
  readonly env: Environment
  /** The folder of the toolchain's generation, beside which the compile cache is. */
  readonly generation: string
  /** In the app's folder. Default: what servers run, which has to be built. */
  readonly program?: string
}

/** A service below a launcher. It ends with the block. */
export type BelowLauncher = AsyncDisposable &
  Served & {
    /** When its launcher was started, as `performance.now()` counts. */
    readonly started: number
  }

/** Starts a service as servers do, on a free port of loopback. */
export async function startBelowLauncher(name: string, options: Launchable): Promise<BelowLauncher> {
  const { env, generation } = options
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await createFolder())
  await applyDirectory(folder.path, await plan(name, options))
  const started = performance.now()
  const run = starting.use(
    startProcess(folder.join('run'), [], {
      cwd: folder.path,
      env: { ...env, NODE_COMPILE_CACHE: join(generation, '../../var/node-compile-cache') },
    }),
  )
  starting.defer(async () => {
    run.kill('SIGTERM')
    await run.ended
  })
  await run.waitFor(`${name} listens on`)
  const found = await findService(folder.path)
  starting.use(killAtExit(found.pid))
  const all = starting.move()
  return { ...found, started, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** A launcher that is killed leaves its service behind, in a group of its own. */
function killAtExit(pid: number): Disposable {
  const kill = (): void => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  process.once('exit', kill)
  return { [Symbol.dispose]: () => void process.off('exit', kill) }
}

async function plan(
  name: string,
  { root, program = 'dist/main.js' }: Launchable,
): Promise<ReturnType<typeof planDirectory>> {
  const app = join(root, 'apps', name)
  return planDirectory({
    spec: {
      name,
      command: ['node', ...(await readFlags(app)), program],
      folder: app,
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

/** Flags that the service asks for in its package.json, as `mochi up` gives them. */
async function readFlags(app: string): Promise<readonly string[]> {
  const { mochi } = JSON.parse(await readFile(join(app, 'package.json'), 'utf8')) as {
    mochi: { node?: readonly string[] }
  }
  return mochi.node ?? []
}
