import type { LaunchSpec } from '../launch-spec.ts'
import { backoffOf } from '../launch-spec.ts'
import type { ServiceSockets } from '../sockets.ts'
import { startChild } from './child.ts'
import type { Child, Exit } from './child.ts'
import { waitForHealth } from './health.ts'
import { initialState } from './state.ts'
import type { Effect, Event, News, Phase, State, Timer } from './state.ts'
import { step } from './step.ts'
import { keyOf, timersOf } from './timers.ts'

export type LauncherOptions = {
  readonly spec: LaunchSpec
  readonly sockets: ServiceSockets
  /** What the children see as their environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the children write: descriptors of this process. */
  readonly output: { readonly stdout: number; readonly stderr: number }
  /** Hears everything that happens, in order. */
  readonly onChange?: (change: Change) => void
}

/** What happened, and where that leaves the service. */
export type Change = {
  readonly what: News | 'spawned' | 'ended' | 'asked-to-drain' | 'killed' | 'down'
  readonly status: LauncherStatus
  readonly pid?: number | undefined
  readonly exit?: Exit
}

export type LauncherStatus = {
  readonly name: string
  readonly phase: Phase['is']
  /** The process that serves, or is about to where none does. */
  readonly pid: number | undefined
  /** Since when it has been ready: milliseconds of the system's clock. */
  readonly readySince: number | undefined
  /** How often a child has ended without being told to, since the launcher began. */
  readonly crashes: number
  /** The starts in a row that came to nothing, now. */
  readonly failures: number
  readonly draining: number
  readonly lastExit: Exit | undefined
  readonly sockets: ServiceSockets['addresses']
}

type Living = { readonly process: Child; readySince?: number; stopAsking?: () => void }

/** Keeps a service serving: carries out what `step` decides. */
export class Launcher {
  readonly #options: LauncherOptions
  readonly #children = new Map<number, Living>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #state: State = initialState
  #crashes = 0
  #lastExit: Exit | undefined

  constructor(options: LauncherOptions) {
    this.#options = options
  }

  start(): void {
    this.#on({ on: 'start' })
  }

  /** Drains; asked for again, ends at once. */
  stop(): void {
    this.#on({ on: 'stop' })
  }

  kill(): void {
    this.#on({ on: 'kill' })
  }

  /** Puts a new child in the place of the one that serves, which drains when the new one is ready. */
  swap(): void {
    // Only a message comes from one child for certain: `/health` could be answered by the old one on the same socket.
    this.#on({ on: 'swap', overlap: this.#options.spec.ready === 'message' })
  }

  get status(): LauncherStatus {
    const { phase, ending, failures } = this.#state
    const living = 'child' in phase ? this.#children.get(phase.child) : undefined
    return {
      name: this.#options.spec.name,
      phase: phase.is,
      pid: living?.process.pid,
      readySince: living?.readySince,
      crashes: this.#crashes,
      failures,
      draining: ending.length,
      lastExit: this.#lastExit,
      sockets: this.#options.sockets.addresses,
    }
  }

  #on(event: Event): void {
    const wasDown = this.#state.phase.is === 'down'
    const { state, effects } = step(this.#state, event)
    this.#state = state
    this.#setTimers()
    for (const effect of effects) this.#carryOut(effect)
    if (state.phase.is === 'down' && !wasDown) this.#tell('down')
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'spawn':
        this.#spawn(effect.child)
        return
      case 'drain':
        this.#children.get(effect.child)?.process.drain(effect.hasSuccessor)
        this.#tell('asked-to-drain', effect.child)
        return
      case 'kill':
        this.#children.get(effect.child)?.process.kill()
        this.#tell('killed', effect.child)
        return
      case 'tell':
        if (effect.what === 'ended-unasked') this.#crashes += 1
        this.#tell(effect.what, effect.child)
    }
  }

  #spawn(number: number): void {
    const { spec, sockets, env, output } = this.#options
    const ready = (): void => {
      const child = this.#children.get(number)
      if (child === undefined || child.readySince !== undefined) return
      child.readySince = Date.now()
      this.#on({ on: 'ready', child: number })
    }
    const onExit = (exit: Exit): void => this.#ended(number, exit)
    const process = startChild({ spec, sockets, env, output, onReady: ready, onExit })
    const living: Living = { process }
    this.#children.set(number, living)
    this.#tell('spawned', number)
    const address = sockets.addresses.internal ?? sockets.addresses.public
    if (spec.ready === 'health' && address !== undefined) living.stopAsking = waitForHealth(address, ready)
    if (spec.ready === 'running') queueMicrotask(ready)
  }

  #ended(number: number, exit: Exit): void {
    const child = this.#children.get(number)
    child?.stopAsking?.()
    this.#lastExit = exit
    this.#tell('ended', number, exit)
    this.#children.delete(number)
    this.#on({ on: 'exit', child: number })
  }

  #setTimers(): void {
    const wanted = new Map(timersOf(this.#state).map((timer) => [keyOf(timer), timer]))
    for (const [key, running] of this.#timers) {
      if (wanted.has(key)) continue
      clearTimeout(running)
      this.#timers.delete(key)
    }
    for (const [key, timer] of wanted) {
      if (this.#timers.has(key)) continue
      const ring = (): void => this.#on({ on: 'time', timer })
      this.#timers.set(key, setTimeout(ring, this.#lengthOf(timer)))
    }
  }

  #lengthOf(timer: Timer): number {
    const { patience } = this.#options.spec
    return timer.of === 'restart' ? backoffOf(timer.failures, patience) : patience[timer.of]
  }

  #tell(what: Change['what'], child?: number, exit?: Exit): void {
    const pid = child === undefined ? undefined : this.#children.get(child)?.process.pid
    this.#options.onChange?.({ what, status: this.status, pid, ...(exit !== undefined && { exit }) })
  }
}
