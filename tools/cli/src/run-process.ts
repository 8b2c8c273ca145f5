import { spawn } from 'node:child_process'
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
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (texts.stdout += chunk))
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (texts.stderr += chunk))
    child.once('error', (error) => resolve({ code: null, stdout: '', stderr: error.message }))
    child.once('close', (code) => resolve({ code, ...texts }))
  })
}
