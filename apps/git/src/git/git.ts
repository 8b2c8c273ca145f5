import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { Final } from '@mochi/mirror'
import { gitEnvironment, SETTINGS } from './environment.ts'
import type { Environment } from './environment.ts'
import { faultOf, GitFault } from './git-fault.ts'
import { memoryOfGroup } from './memory.ts'

export type GitCall = {
  readonly args: readonly string[]
  /** The repository. */
  readonly folder?: string
  /** Beside those of every call: `name=value`. */
  readonly settings?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  readonly input?: string
  /** Exit codes that are answers. Default: 0 alone. */
  readonly codes?: readonly number[]
  readonly signal?: AbortSignal | undefined
  /** Milliseconds. */
  readonly deadline?: number
  /** Bytes of standard output. */
  readonly output?: number
  /** Bytes of memory that it and what it starts may use. Git keeps all refs that upstream lists before it says one. */
  readonly memory?: number
  /** Asked now and then: a text ends the call for good, and says why. */
  readonly watch?: () => Promise<string | undefined>
}

export type GitResult = { readonly code: number; readonly stdout: string }

const DEADLINE = 60_000
const OUTPUT = 64 * 1_048_576
/** Of standard error, from its end. */
const WORDS = 8_192
const BETWEEN_LOOKS = 500

/**
 * The git of the system: the only place that starts it. It gets lists of arguments, an environment without what the machine or the user has
 * configured, and a deadline; what it says is bounded; and it ends with all that it has started.
 */
export class Git {
  readonly #environment: Record<string, string>

  constructor(environment: Environment) {
    this.#environment = gitEnvironment(environment)
  }

  /** Rejects with GitFault where git fails, with Final where what came is refused or went over a limit. */
  async run(call: GitCall): Promise<GitResult> {
    const { signal, deadline = DEADLINE, codes = [0] } = call
    signal?.throwIfAborted()
    const child = this.start(call)
    const ended = new Ending(child)
    using _deadline = after(deadline, () => ended.because(new GitFault(`git had not ended after ${deadline / 1000} s`)))
    const onAbort = (): void => ended.because(signal?.reason as Error)
    signal?.addEventListener('abort', onAbort, { once: true })
    using _watch = watching([call.watch, memoryWatch(child, call.memory)], (why) => ended.because(new Final(why)))
    try {
      const [stdout, stderr, [code]] = await Promise.all([
        collect(child.stdout, call.output ?? OUTPUT, () => ended.because(new Final('git says more than is read'))),
        collectEnd(child.stderr, WORDS),
        once(child, 'close') as Promise<[number | null]>,
        feed(child, call.input),
      ])
      if (ended.why !== undefined) throw ended.why
      if (code === null || !codes.includes(code)) throw faultOf(stderr, call.args[0])
      return { code, stdout }
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Git with its pipes, in a group of its own that `endGroup` ends. */
  start({ args, folder, settings = [], variables = {} }: GitCall): ChildProcess {
    const options = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting])
    const place = folder === undefined ? [] : [`--git-dir=${folder}`]
    return spawn('git', [...options, ...place, ...args], {
      env: { ...this.#environment, ...variables },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
  }
}

/** Ends a process and all that it has started. */
export function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended. macOS says EPERM where only dead processes are left.
  }
}

/** Why a call was ended before its end; the first reason stands. */
class Ending {
  readonly #child: ChildProcess
  why: Error | undefined

  constructor(child: ChildProcess) {
    this.#child = child
    // Who cannot start closes all the same.
    child.once('error', (error) => (this.why ??= new GitFault(`git does not start: ${error.message}`)))
  }

  because(why: Error): void {
    this.why ??= why
    endGroup(this.#child)
  }
}

function after(milliseconds: number, work: () => void): Disposable {
  const timer = setTimeout(work, milliseconds)
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

type Watch = GitCall['watch']

/** One look after the other, with a pause between them. */
function watching(watches: readonly Watch[], onFault: (why: string) => void): Disposable {
  const looks = watches.filter((watch) => watch !== undefined)
  const look = async (): Promise<void> => {
    for (const watch of looks) {
      const why = await watch()
      if (why !== undefined) onFault(why)
    }
  }
  const arm = (): NodeJS.Timeout => setTimeout(() => void look().finally(() => (state.timer = arm())), BETWEEN_LOOKS)
  const state = looks.length === 0 ? {} : { timer: arm() }
  return {
    [Symbol.dispose]: () => {
      looks.length = 0
      clearTimeout(state.timer)
    },
  }
}

function memoryWatch({ pid }: ChildProcess, most: number | undefined): Watch {
  if (most === undefined || pid === undefined) return undefined
  return async () => {
    const bytes = await memoryOfGroup(pid)
    return bytes > most ? `git wants more memory for it than ${Math.round(most / 1e6)} MB (memoryLimit)` : undefined
  }
}

async function feed({ stdin }: ChildProcess, input = ''): Promise<void> {
  // Git may end before it has read everything; its exit code then says why.
  stdin?.on('error', () => undefined).end(input)
  await Promise.resolve()
}

async function collect(stream: Readable | null, most: number, onMore: () => void): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of (stream ?? []) as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > most) onMore()
    else pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

async function collectEnd(stream: Readable | null, most: number): Promise<string> {
  let end: Buffer = Buffer.alloc(0)
  for await (const piece of (stream ?? []) as AsyncIterable<Buffer>) end = Buffer.concat([end, piece]).subarray(-most)
  return end.toString('utf8')
}
