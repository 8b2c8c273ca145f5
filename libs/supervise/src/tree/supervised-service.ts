import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { controlPath } from '../control/path.ts'
import { serveControl } from '../control/server.ts'
import { readEnvFolder } from '../directory/env-folder.ts'
import { readLaunchFile } from '../launch-file.ts'
import { defaultPatience } from '../launch-spec.ts'
import type { LaunchSpec } from '../launch-spec.ts'
import { Launcher } from '../launcher/launcher.ts'
import type { Change, LauncherStatus } from '../launcher/launcher.ts'
import { endProcess } from './end-process.ts'
import { LogPipe } from './log-pipe.ts'
import { findLiving } from './process-records.ts'
import { keepRecordsOf, takeOver } from './take-over.ts'

export type SuperviseOptions = {
  /** The service directory. */
  readonly folder: string
  /** What every service sees of the environment, below its own variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The log writer's program and arguments, run in `log`; without, the log is only kept in the pipe. */
  readonly writer: readonly [string, ...string[]]
  readonly onChange?: (change: Change) => void
}

/** A service directory in the care of this process. */
export class SupervisedService {
  readonly launcher: Launcher
  readonly #writer: Launcher
  readonly #pipe: LogPipe
  readonly #resources: AsyncDisposableStack
  #stopped: Promise<boolean> | undefined

  private constructor(
    parts: { readonly launcher: Launcher; readonly writer: Launcher; readonly pipe: LogPipe },
    resources: AsyncDisposableStack,
  ) {
    this.launcher = parts.launcher
    this.#writer = parts.writer
    this.#pipe = parts.pipe
    this.#resources = resources
  }

  /**
   * Takes a service directory into its care: finds what a supervisor that was killed left running and takes it over, or
   * starts the service unless `down` stands there. Throws SUPERVISE_LAUNCH_FILE, SUPERVISE_ALREADY_RUNS and what binding
   * the sockets throws; then nothing has been started.
   */
  static async open(options: SuperviseOptions): Promise<SupervisedService> {
    const { folder, env, onChange } = options
    const spec = await readLaunchFile(folder)
    const own = await readEnvFolder(join(folder, 'env'))
    await using resources = new AsyncDisposableStack()
    const pipe = resources.use(new LogPipe(join(folder, 'log')))
    const openStreams = { service: () => pipe.openForService(), writer: () => pipe.openForWriter() }
    const launcher = resources.use(new Launcher({ spec, env: { ...env, ...own }, openStreams: openStreams.service }))
    const writer = resources.use(
      new Launcher({ spec: writerSpec(options, spec), env, openStreams: openStreams.writer }),
    )
    resources.use(await serveControl(controlPath(folder), launcher))
    if (onChange !== undefined) launcher.subscribe(onChange)
    const isTaken = takeOver(launcher, join(folder, 'launcher/processes.json'))
    await startWriter(writer, join(folder, 'log/processes.json'))
    if (!isTaken && !existsSync(join(folder, 'down'))) launcher.start()
    return new SupervisedService({ launcher, writer, pipe }, resources.move())
  }

  /** How its log writer does. */
  get logPhase(): LauncherStatus['phase'] {
    return this.#writer.status.phase
  }

  /**
   * Stops the service, then its log writer once everything is written, and gives all back. False while the log does not take
   * everything, a full disk for instance: its writer goes on trying, also without a supervisor, and this can be asked again.
   * What a writer that cannot run would have written is put into `log/unwritten`.
   */
  stop(): Promise<boolean> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  /** What a second signal asks for. */
  kill(): void {
    this.launcher.kill()
  }

  async #stop(): Promise<boolean> {
    await untilDown(this.launcher, () => this.launcher.retire())
    await untilDown(this.#writer, () => this.#writer.stop())
    if (this.#writer.status.lastExit?.code !== 0) {
      // Only one that is ready goes on when its supervisor ends.
      const again = this.#writer.next(['ready', 'ended'])
      this.#writer.start()
      if ((await again).what !== 'ready') this.#pipe.keepRest()
      this.#stopped = undefined
      return false
    }
    await this.#resources.disposeAsync()
    return true
  }
}

/** Two writers would take the lines of one pipe in turns, so that of an earlier supervisor ends first. */
async function startWriter(writer: Launcher, file: string): Promise<void> {
  for (const record of findLiving(file)) await endProcess(record, defaultPatience.drain)
  keepRecordsOf(writer, file)
  writer.start()
}

function writerSpec({ folder, writer }: SuperviseOptions, { name }: LaunchSpec): LaunchSpec {
  return {
    name: `${name} log`,
    command: writer,
    folder: join(folder, 'log'),
    sockets: {},
    ready: 'message',
    patience: defaultPatience,
    limits: {},
  }
}

async function untilDown(launcher: Launcher, end: () => void): Promise<void> {
  const down = launcher.status.phase === 'down' ? undefined : launcher.next(['down'])
  end()
  await down
}
