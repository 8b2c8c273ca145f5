import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Run, RunOptions, RunOutcome } from './context.ts'

/** The `run` of a real context. A command that is absent, or was killed for its time, has code null. */
export function createRun(defaults: { cwd: string; env: Readonly<Record<string, string | undefined>> }): Run {
  return (command, args, options = {}) => run(command, args, { ...defaults, ...options })
}

function run(command: string, args: readonly string[], options: RunOptions): Promise<RunOutcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: options.output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout,
      killSignal: 'SIGKILL',
    })
    const texts = { stdout: '', stderr: '' }
    for (const from of ['stdout', 'stderr'] as const) {
      const { onLine } = options
      const stream = child[from]?.setEncoding('utf8')
      if (onLine === undefined) stream?.on('data', (chunk: string) => (texts[from] += chunk))
      else if (stream) createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => onLine(line, from))
    }
    const release = endWith(child, options.signal)
    const settle = (outcome: RunOutcome) => {
      release()
      resolve(outcome)
    }
    child.once('error', (error) => settle({ code: null, stdout: '', stderr: error.message }))
    child.once('close', (code) => settle({ code, ...texts }))
  })
}

/** Milliseconds that a command has to end its own children. */
const GRACE = 5000

/** Ends a command with a signal; what it has left behind does not keep its end waiting. Returns how to let go of the signal. */
function endWith(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    child.once('exit', () => [child.stdout, child.stderr].forEach((stream) => stream?.destroy()))
    child.kill('SIGTERM')
    timer = setTimeout(() => child.kill('SIGKILL'), GRACE)
  }
  if (signal?.aborted === true) end()
  else signal?.addEventListener('abort', end, { once: true })
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}
