import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { Final } from '@mochi/mirror'
import { gitEnvironment, SETTINGS } from './environment.ts'
import type { Environment } from './environment.ts'
import { GitFault, reasonOf } from './git-fault.ts'

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
  /** Lines of the protocol that the other side may send. */
  readonly packets?: number
  /** Asked four times a second: a text ends the call for good, and says why. */
  readonly watch?: () => Promise<string | undefined>
}

export type GitResult = { readonly code: number; readonly stdout: string }

const DEADLINE = 60_000
const OUTPUT = 64 * 1_048_576
/** Of standard error, from its end. */
const WORDS = 8_192
const BETWEEN_LOOKS = 250

/**
 * The git of the system: the only place that starts it. It gets lists of arguments, an environment without what the machine or the user has
 * configured, and a deadline; what it says is bounded; and it ends with all that it has started.
 */
export class Git {
  readonly #environment: Record<string, string>

  constructor(environment: Environment) {
    this.#environment = gitEnvironment(environment)
  }

  /** Rejects with GitFault where git fails, and with Final where it went over a limit. */
  async run(call: GitCall): Promise<GitResult> {
    const { signal, deadline = DEADLINE, codes = [0] } = call
    signal?.throwIfAborted()
    const child = this.start(call)
    const ended = new Ending(child)
    using _deadline = after(deadline, () => ended.because(new GitFault(`git had not ended after ${deadline / 1000} s`)))
    const onAbort = (): void => ended.because(signal?.reason as Error)
    signal?.addEventListener('abort', onAbort, { once: true })
    using _watch = watching(call.watch, (why) => ended.because(new Final(why)))
    try {
      const [stdout, stderr, , [code]] = await Promise.all([
        collect(child.stdout, call.output ?? OUTPUT, () => ended.because(new Final('git says more than is read'))),
        collectEnd(child.stderr, WORDS),
        countPackets(child, call.packets, (count) =>
          ended.because(new Final(`upstream has sent ${count} lines before its first object, most of them refs`)),
        ),
        once(child, 'close') as Promise<[number | null]>,
        feed(child, call.input),
      ])
      if (ended.why !== undefined) throw ended.why
      if (code === null || !codes.includes(code)) throw new GitFault(reasonOf(stderr, call.args[0]))
      return { code, stdout }
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Git with its pipes, in a group of its own that `endGroup` ends. */
  start({ args, folder, settings = [], variables = {}, packets }: GitCall): ChildProcess {
    const options = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting])
    const place = folder === undefined ? [] : [`--git-dir=${folder}`]
    return spawn('git', [...options, ...place, ...args], {
      env: { ...this.#environment, ...variables, ...(packets === undefined ? {} : { GIT_TRACE_PACKET: '3' }) },
      stdio: ['pipe', 'pipe', 'pipe', packets === undefined ? 'ignore' : 'pipe'],
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

function watching(look: GitCall['watch'], onFault: (why: string) => void): Disposable {
  if (look === undefined) return { [Symbol.dispose]: () => undefined }
  const timer = setInterval(() => {
    void look().then((why) => why !== undefined && onFault(why))
  }, BETWEEN_LOOKS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
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

/** Git keeps all refs in memory before it says one; its trace tells them as they come. */
async function countPackets(child: ChildProcess, most = Infinity, onMore: (count: number) => void): Promise<void> {
  const stream = child.stdio[3]
  if (stream === null || stream === undefined) return
  let lines = 0
  for await (const piece of stream as AsyncIterable<Buffer>) {
    for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines += 1
    if (lines > most) onMore(lines)
  }
}
