import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

export type ProcessOptions = {
  cwd?: string
  /** The whole environment; nothing is added. Default: this process's own. */
  env?: Readonly<Record<string, string | undefined>>
  /** Written to standard input, which is then closed. */
  input?: string
}

export type Outcome = {
  /** The exit code, or null when a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A real process of a test, with all it wrote. At the end of the block it and its whole group are killed. */
export type TestProcess = AsyncDisposable & {
  readonly pid: number
  /** Everything written so far, standard output and standard error as they came. */
  readonly output: string
  /**
   * Resolves with the output when it holds the text or matches; rejects with the output when the process ends before.
   * `from` looks only at what comes after that position: `{ from: process.output.length }` waits for something new.
   */
  waitFor(wanted: string | RegExp, options?: { from?: number }): Promise<string>
  /** To the process alone. */
  kill(signal?: NodeJS.Signals): void
  /** To the process and all it started. */
  killGroup(signal?: NodeJS.Signals): void
  /** Resolves when the process has ended and its output is complete. */
  readonly ended: Promise<Outcome>
}

/** Starts a command, an argument list without a shell, in a process group of its own. */
export function startProcess(command: string, args: readonly string[], options: ProcessOptions = {}): TestProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => undefined).end(options.input ?? '')
  const recorded = record(child.stdout, child.stderr)
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...recorded.texts }))
  })
  ended.catch(() => undefined)
  const killGroup = (signal: NodeJS.Signals = 'SIGKILL'): void => {
    if (child.pid !== undefined) killIfAlive(-child.pid, signal)
  }
  const release = killAtExit(killGroup)
  return {
    get pid() {
      return child.pid ?? -1
    },
    get output() {
      return recorded.all
    },
    waitFor: (wanted, { from = 0 } = {}) =>
      recorded.waitFor((text) => holds(text.slice(from), wanted), { wanted, ended }),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    killGroup,
    ended,
    async [Symbol.asyncDispose]() {
      killGroup()
      release()
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) await once(child, 'exit')
    },
  }
}

/**
 * Runs a command to its end, and ends what it left behind in its group. Never rejects because of an exit code: the test
 * looks at it.
 */
export async function runProcess(command: string, args: readonly string[], options?: ProcessOptions): Promise<Outcome> {
  await using running = startProcess(command, args, options)
  return await running.ended
}

function record(stdout: Readable, stderr: Readable) {
  const texts = { stdout: '', stderr: '' }
  const state = { all: '' }
  const listeners = new Set<() => void>()
  const add = (key: 'stdout' | 'stderr') => (chunk: string) => {
    texts[key] += chunk
    state.all += chunk
    for (const listener of listeners) listener()
  }
  stdout.setEncoding('utf8').on('data', add('stdout'))
  stderr.setEncoding('utf8').on('data', add('stderr'))
  return {
    texts,
    get all() {
      return state.all
    },
    waitFor(found: (text: string) => boolean, { wanted, ended }: { wanted: unknown; ended: Promise<unknown> }) {
      return new Promise<string>((resolve, reject) => {
        const look = () => {
          if (!found(state.all)) return
          listeners.delete(look)
          resolve(state.all)
        }
        listeners.add(look)
        look()
        const onEnd = () =>
          reject(new Error(`The process ended before it wrote ${String(wanted)}. It wrote:\n${state.all}`))
        ended.then(onEnd, reject).finally(() => listeners.delete(look))
      })
    },
  }
}

/** `search`, unlike `test`, does not depend on where an expression with the flag g stopped last. */
function holds(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : text.search(wanted) >= 0
}

const atExit = new Set<() => void>()

/**
 * A test that runs into its time limit never reaches the end of its block, and a group of its own outlives the
 * worker: so the worker's exit kills what is left. Returns the function that takes the promise back.
 */
function killAtExit(kill: () => void): () => void {
  if (atExit.size === 0) process.once('exit', killRest)
  const entry = () => kill()
  atExit.add(entry)
  return () => {
    atExit.delete(entry)
    if (atExit.size === 0) process.off('exit', killRest)
  }
}

function killRest(): void {
  for (const kill of atExit) kill()
}

/** Whether a process with this number is there, also one that has ended and that nobody has asked after. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** macOS answers EPERM, not ESRCH, for a group in which only dead processes are left. */
function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && !(code === 'EPERM' && process.platform === 'darwin')) throw error
  }
}
