import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { once } from 'node:events'

export type NaiveOptions = {
  readonly command: readonly [string, ...string[]]
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where what the service writes goes. */
  readonly output: string
  readonly tell: (what: 'spawned' | 'ready' | 'ended' | 'down', pid: number | undefined) => void
}

/**
 * A launcher as one would first write it: the service opens its own socket, what it writes is read to its end, and then
 * the next one starts. Tests show what that does not withstand.
 */
export class NaiveLauncher implements AsyncDisposable {
  readonly #options: NaiveOptions
  readonly #started: ChildProcess[] = []
  #isStopping = false

  constructor(options: NaiveOptions) {
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#started.at(-1)?.pid
  }

  start(): void {
    const { command, folder, env, output, tell } = this.#options
    const [program, ...args] = command
    // A group of its own for the sake of the test, which ends everything with it.
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore', 'ipc'], detached: true })
    this.#started.push(child)
    tell('spawned', child.pid)
    child.on('message', () => tell('ready', child.pid))
    child.stdout?.on('data', (chunk: Buffer) => appendFileSync(output, chunk))
    child.stdout?.on('end', () => {
      tell('ended', child.pid)
      if (this.#isStopping) tell('down', child.pid)
      else this.start()
    })
  }

  stop(): void {
    this.#isStopping = true
    this.#started.at(-1)?.kill()
  }

  /** The next one starts when this one has ended. */
  swap(): void {
    this.#started.at(-1)?.kill()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    for (const child of this.#started) {
      const { pid, exitCode, signalCode } = child
      if (pid === undefined) continue
      const ended = exitCode === null && signalCode === null ? once(child, 'exit') : undefined
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // Its group is empty.
      }
      await ended
    }
  }
}
