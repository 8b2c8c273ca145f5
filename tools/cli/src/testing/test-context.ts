import type { Context, Output, RunOutcome } from '../context.ts'
import { forFramework } from '../create-context.ts'
import { createRun } from '../run-process.ts'

/** A context whose output is kept, whose clock stands still, and whose commands are the test's. */
export type TestContext = Context & {
  /** What was written, standard output and standard error apart. */
  readonly written: { stdout: string; stderr: string }
  /** Every command that was run, as one text each. */
  readonly commands: string[]
  /** What a Ctrl-C does. */
  interrupt(): void
}

export type TestContextOptions = Partial<
  Pick<Context, 'root' | 'cwd' | 'prefix' | 'home' | 'platform' | 'env' | 'command'>
> & {
  userPath?: string
  columns?: number
  color?: boolean
  isTTY?: boolean
  /** Hears everything that is written, when it is. */
  onWrite?: (text: string) => void
  /** Answers a command by its whole text, as in `git --version`; undefined means that it is absent. */
  answer?: (command: string) => Partial<RunOutcome> | undefined
}

/** A context for a command that is called in this process. Without `answer`, commands are really run. */
export function createTestContext(options: TestContextOptions = {}): TestContext {
  const { root = '/nowhere', env = {}, columns = 100, color = false, isTTY = false, onWrite, answer, ...rest } = options
  const written = { stdout: '', stderr: '' }
  const commands: string[] = []
  const ctrlC = new AbortController()
  const output = (name: 'stdout' | 'stderr'): Output => ({
    ...{ isTTY, color, columns },
    write: (text) => {
      written[name] += text
      onWrite?.(text)
    },
  })
  const stdout = output('stdout')
  const stderr = output('stderr')
  const really = createRun({ cwd: root, env })
  return {
    ...{
      root,
      cwd: root,
      prefix: '/nowhere/prefix',
      home: '/nowhere/home',
      platform: 'linux-x64',
      env,
      command: './mochi',
    },
    ...{ userPath: env['PATH'], stdout, stderr, written, commands, ...rest },
    process: { stdout: forFramework(stdout), stderr: forFramework(stderr) },
    clock: { now: () => Date.UTC(2026, 10, 23) },
    interrupted: () => ctrlC.signal,
    interrupt: () => ctrlC.abort('SIGINT'),
    run: (command, args, runOptions) => {
      const text = [command, ...args].join(' ')
      commands.push(text)
      if (answer === undefined) return really(command, args, runOptions)
      return Promise.resolve({ code: null, stdout: '', stderr: '', ...answer(text) })
    },
  }
}
