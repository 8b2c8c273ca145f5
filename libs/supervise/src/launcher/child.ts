import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { LaunchSpec } from '../launch-spec.ts'
import type { ServiceSockets } from '../sockets.ts'
import { limitCommand } from './limits.ts'

/** How a child ended: by itself, by a signal, or it could not be started. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly reason?: string }

/** One process of a service, with everything that it started. */
export type Child = {
  readonly pid: number | undefined
  /** Asks it to finish what it has and to end. */
  drain(hasSuccessor: boolean): void
  /** Ends it and everything that it started. */
  kill(): void
}

/** Descriptors of this process; standard input is empty where there is none. */
export type ChildStreams = Disposable & { readonly stdin?: number; readonly stdout: number; readonly stderr: number }

export type ChildOptions = {
  readonly spec: LaunchSpec
  readonly sockets: ServiceSockets
  readonly env: Readonly<Record<string, string | undefined>>
  /** Opens what it reads and writes; closed here when the child has it. */
  readonly openStreams: () => ChildStreams
  readonly onReady: () => void
  readonly onExit: (exit: Exit) => void
}

/**
 * Starts a child with the sockets as fd 3 and up, `LISTEN_FDS` and `LISTEN_FDNAMES` as in sd_listen_fds(3), and a channel
 * for messages behind them. It leads a process group of its own: a signal of the terminal does not reach it, and when it
 * has ended, what it left behind in the group is killed, because that would hold the sockets.
 */
export function startChild(options: ChildOptions): Child {
  const { spec, sockets, env, onExit } = options
  using streams = options.openStreams()
  const [program, ...args] = limitCommand(spec.command, spec.limits)
  const child = spawn(program, args, {
    cwd: spec.folder,
    env: { ...env, ...passed(sockets) },
    stdio: [streams.stdin ?? 'ignore', streams.stdout, streams.stderr, ...sockets.fds, 'ipc'],
    detached: true,
    serialization: 'json',
    ...spec.user,
  })
  const state = { hasEnded: false }
  const end = (exit: Exit): void => {
    if (state.hasEnded) return
    state.hasEnded = true
    killGroup(child)
    if (child.connected) child.disconnect()
    onExit(exit)
  }
  child.once('exit', (code, signal) => end({ code, signal }))
  child.on('error', ({ message }) => {
    if (child.pid === undefined) end({ code: null, signal: null, reason: reasonOf(spec, message) })
  })
  child.on('message', (message) => {
    if (isReady(message)) options.onReady()
  })
  return {
    pid: child.pid,
    drain: (hasSuccessor) => drain(child, spec, hasSuccessor),
    kill: () => killGroup(child),
  }
}

/** Of a folder that is not there the system says that the program is not. */
function reasonOf({ folder }: LaunchSpec, message: string): string {
  return existsSync(folder) ? message : `its folder ${folder} is not there`
}

/** Whose they are is not said: a `LISTEN_PID` of this process would have the child leave them alone. */
function passed({ fds, names }: ServiceSockets): ChildOptions['env'] {
  return { LISTEN_FDS: String(fds.length), LISTEN_FDNAMES: names.join(':'), LISTEN_PID: undefined }
}

/** One that says when it is ready understands the message too, which a signal would overtake; others get the signal. */
function drain(child: ChildProcess, { ready }: LaunchSpec, hasSuccessor: boolean): void {
  if (ready !== 'message' || !child.connected) {
    child.kill('SIGTERM')
    return
  }
  child.send({ type: 'drain', hasSuccessor }, (error) => {
    if (error !== null) child.kill('SIGTERM')
  })
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
}
