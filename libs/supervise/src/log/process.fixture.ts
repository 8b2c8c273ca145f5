import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { createFolder, runProcess } from '@mochi/testing'
import type { LogSettings } from './settings.ts'

const WRITER = new URL('main.ts', import.meta.url).pathname

/** A service's log folder with a FIFO that stays open, whoever reads it. */
export type LogRig = AsyncDisposable & {
  readonly folder: string
  /** The end that a service writes to. */
  readonly pipe: FileHandle
  start(program?: string): RunningWriter
  /** Runs a program whose output goes to the pipe; it has begun when it says anything on standard error. */
  serve(program: string): { readonly begun: Promise<unknown>; readonly ended: Promise<unknown> }
}

export type RunningWriter = {
  readonly process: ChildProcess
  readonly stderr: () => string
  end(signal: NodeJS.Signals): Promise<number | null>
}

export async function createLogRig(settings: Partial<LogSettings> = {}): Promise<LogRig> {
  const root = await createFolder()
  const fifo = root.join('pipe')
  await runProcess('mkfifo', [fifo])
  await writeFile(root.join('config.json'), JSON.stringify(settings))
  await mkdir(root.join('main'))
  // For both ends, as who keeps a FIFO alive opens it; the service's end is another one.
  const keeper = await open(fifo, constants.O_RDWR)
  const pipe = await open(fifo, constants.O_WRONLY)
  const running = new Set<ChildProcess>()
  return {
    folder: root.join('main'),
    pipe,
    start: (program = WRITER) => {
      const child = spawn(process.execPath, [program, root.join('main')], { stdio: [keeper.fd, 'ignore', 'pipe'] })
      running.add(child)
      let text = ''
      child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      const ended = once(child, 'close')
      return {
        process: child,
        stderr: () => text,
        end: async (signal) => {
          child.kill(signal)
          const [code] = (await ended) as [number | null]
          return code
        },
      }
    },
    serve: (program) => {
      const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', pipe.fd, 'pipe'] })
      running.add(child)
      return { begun: once(child.stderr ?? child, 'data'), ended: once(child, 'exit') }
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL')
      await pipe.close()
      await keeper.close()
      await root[Symbol.asyncDispose]()
    },
  }
}
