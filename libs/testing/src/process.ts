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
  /** Resolves when the output holds the text or matches; rejects with the output when the process ends before. */
  waitFor(wanted: string | RegExp): Promise<string>
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
  return {
    get pid() {
      return child.pid ?? -1
    },
    get output() {
      return recorded.all
    },
    waitFor: (wanted) => recorded.waitFor(wanted, ended),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    killGroup,
    ended,
    async [Symbol.asyncDispose]() {
      killGroup()
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) await once(child, 'exit')
    },
  }
}

/** Runs a command to its end. Never rejects because of an exit code: the test looks at it. */
export function runProcess(command: string, args: readonly string[], options?: ProcessOptions): Promise<Outcome> {
  return startProcess(command, args, options).ended
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
    waitFor(wanted: string | RegExp, ended: Promise<Outcome>): Promise<string> {
      const found = () => (typeof wanted === 'string' ? state.all.includes(wanted) : wanted.test(state.all))
      if (found()) return Promise.resolve(state.all)
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!found()) return
          listeners.delete(look)
          resolve(state.all)
        }
        listeners.add(look)
        ended.then(
          () => reject(new Error(`The process ended before it wrote ${String(wanted)}. It wrote:\n${state.all}`)),
          reject,
        )
      })
    },
  }
}

function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
