import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { controlPath } from '../control/path.ts'
import { serveControl } from '../control/server.ts'
import { readEnvFolder } from '../directory/env-folder.ts'
import { readLaunchFile } from '../launch-file.ts'
import { defaultPatience } from '../launch-spec.ts'
import type { LaunchSpec } from '../launch-spec.ts'
import { Launcher } from '../launcher/launcher.ts'
import type { Change } from '../launcher/launcher.ts'
import { endProcess } from './end-process.ts'
import { LogPipe } from './log-pipe.ts'
import { findLiving, keepRecords, recordOf } from './process-records.ts'
import type { KeptRecord } from './process-records.ts'

export type SuperviseOptions = {
  /** The service directory. */
  readonly folder: string
  /** What every service sees of the environment, below its own variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The log writer's program and arguments, run in `log`; without, the log is only kept in the pipe. */
  readonly writer: readonly [string, ...string[]]
  /** Where the control socket stands when the directory's path is too long. */
  readonly temporary: string
  readonly onChange?: (change: Change) => void
}

type Parts = {
  readonly launcher: Launcher
  readonly writer: Launcher
  readonly pipe: LogPipe
  readonly control: AsyncDisposable
  /** Where the living processes of both are noted. */
  readonly files: { readonly service: string; readonly writer: string }
}

/** A service directory in the care of this process. */
export class SupervisedService {
  readonly launcher: Launcher
  readonly #parts: Parts

  private constructor(parts: Parts) {
    this.launcher = parts.launcher
    this.#parts = parts
  }

  /**
   * Takes a service directory into its care: finds what a supervisor that was killed left running and takes it over, or
   * starts the service unless `down` stands there. Throws SUPERVISE_LAUNCH_FILE, SUPERVISE_ALREADY_RUNS and what binding
   * the sockets throws; then nothing has been started.
   */
  static async open(options: SuperviseOptions): Promise<SupervisedService> {
    const { folder, env, temporary, onChange } = options
    const spec = await readLaunchFile(folder)
    const own = await readEnvFolder(join(folder, 'env'))
    mkdirSync(join(folder, 'launcher'), { recursive: true, mode: 0o700 })
    const files = { service: join(folder, 'launcher/processes.json'), writer: join(folder, 'log/processes.json') }
    const pipe = new LogPipe(join(folder, 'log'))
    const launcher = new Launcher({ spec, env: { ...env, ...own }, openStreams: () => pipe.openForService() })
    const writer = new Launcher({
      spec: writerSpec(options, spec),
      env,
      openStreams: () => pipe.openForWriter(),
    })
    const path = controlPath(folder, { temporary, uid: process.getuid?.() ?? 0 })
    const control = await serveControl(path, launcher)
    const service = new SupervisedService({ launcher, writer, pipe, control, files })
    try {
      await service.#takeOver(onChange, existsSync(join(folder, 'down')))
    } catch (error) {
      await service.#release()
      throw error
    }
    return service
  }

  /** Stops the service, then its log writer once everything is written, and gives all back. */
  async stop(): Promise<void> {
    await stopped(this.launcher)
    await stopped(this.#parts.writer)
    await this.#release()
  }

  /** What a second signal asks for. */
  kill(): void {
    this.launcher.kill()
  }

  async #takeOver(onChange: SuperviseOptions['onChange'], isDown: boolean): Promise<void> {
    const { writer, files } = this.#parts
    const left = findLiving(files.service)
    if (left.length === 0) this.launcher.open()
    keepRecordsOf(this.launcher, files.service)
    keepRecordsOf(writer, files.writer)
    if (onChange !== undefined) this.launcher.subscribe(onChange)
    // Two writers would take the lines of one pipe in turns.
    for (const record of findLiving(files.writer)) await endProcess(record, defaultPatience.drain)
    writer.start()
    const serving = left.findLast(({ isReady }) => isReady) ?? left.at(-1)
    for (const record of left) if (record !== serving) void endProcess(record, defaultPatience.drain)
    if (serving !== undefined) this.launcher.adopt(serving)
    else if (!isDown) this.launcher.start()
  }

  async #release(): Promise<void> {
    const { control, launcher, writer, pipe } = this.#parts
    await control[Symbol.asyncDispose]()
    for (const part of [launcher, writer, pipe]) part[Symbol.dispose]()
  }
}

function writerSpec({ folder, writer }: SuperviseOptions, { name }: LaunchSpec): LaunchSpec {
  return {
    name: `${name} log`,
    command: writer,
    folder: join(folder, 'log'),
    sockets: {},
    ready: 'running',
    patience: defaultPatience,
    limits: {},
  }
}

/** Notes every living process of a launcher where the next one will look for it. */
function keepRecordsOf(launcher: Launcher, file: string): void {
  const records = new Map<number, KeptRecord>()
  launcher.subscribe(({ what, pid }) => {
    if (pid === undefined) return
    const record = recordOf(pid, what === 'ready' || what === 'swapped' || records.get(pid)?.isReady === true)
    if (what === 'ended' || record === undefined) records.delete(pid)
    else records.set(pid, record)
    keepRecords(file, [...records.values()])
  })
}

async function stopped(launcher: Launcher): Promise<void> {
  if (launcher.status.phase === 'down') return
  const down = launcher.next(['down'])
  if (launcher.status.phase !== 'stopping') launcher.stop()
  await down
}
