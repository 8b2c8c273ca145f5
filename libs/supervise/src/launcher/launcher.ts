import type { LaunchSpec } from '../launch-spec.ts'
import { backoffOf } from '../launch-spec.ts'
import { bindSockets, keepPorts } from '../sockets.ts'
import type { ServiceSockets, SocketAddresses } from '../sockets.ts'
import { adoptChild } from './adopted-child.ts'
import type { ProcessRecord } from '../process-record.ts'
import { startChildWhenFree } from './child-in-waiting.ts'
import type { Child, ChildStreams, Exit } from './child.ts'
import { waitForHealth } from './health.ts'
import { initialState } from './state.ts'
import type { Effect, Event, News, Next, Phase, State, Timer } from './state.ts'
import { step } from './step.ts'
import { keyOf, timersOf } from './timers.ts'

export type LauncherOptions = {
  readonly spec: LaunchSpec
  /** What the children see as their environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Opens what a child reads and writes. */
  readonly openStreams: () => ChildStreams
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
  readonly sockets: SocketAddresses
}

type Living = { readonly process: Child; readySince?: number; stopAsking?: () => void }

/** A process that serves, its addresses, and since when it was ready. */
export type Adopted = ProcessRecord & { readonly sockets?: SocketAddresses; readonly readySince?: number }

/** Keeps a service serving: carries out what `step` decides. */
export class Launcher {
  readonly #options: LauncherOptions
  readonly #children = new Map<number, Living>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #state: State = initialState
  #sockets: ServiceSockets | undefined
  /** The addresses of the service: where any free port is wanted, the one that it got stays its own. */
  #addresses: SocketAddresses
  #isRetired = false
  #crashes = 0
  #lastExit: Exit | undefined
  readonly #listeners = new Set<(change: Change) => void>()

  constructor(options: LauncherOptions) {
    this.#options = options
    this.#addresses = options.spec.sockets
  }

  /** Hears everything that happens, in order. The value ends it. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The next of these that happens. */
  next(wanted: readonly Change['what'][]): Promise<Change> {
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe((change) => {
        if (!wanted.includes(change.what)) return
        unsubscribe()
        resolve(change)
      })
    })
  }

  /** Opens the sockets, so that a fault of theirs is known before anything runs. Throws what `bindSockets` throws. */
  open(): void {
    this.#bind()
  }

  start(): void {
    if (!this.#isRetired) this.#on({ on: 'start', next: this.#howToFollow() })
  }

  /**
   * Takes over a process that a launcher which has died left serving. It holds the address, so the sockets are opened
   * when it has been told to end; what connects in that moment is refused.
   */
  adopt(record: Adopted): void {
    if (this.#state.spawned > 0) return
    const number = 1
    const { sockets, readySince = Date.now() } = record
    if (sockets !== undefined) this.#addresses = keepPorts(this.#options.spec.sockets, sockets)
    const process = adoptChild(record, (exit) => this.#ended(number, exit))
    this.#children.set(number, { process, readySince })
    this.#on({ on: 'adopt' })
    this.#tell('ready', number)
  }

  /** Gives the sockets back. To be called when the service is down. */
  [Symbol.dispose](): void {
    this.#sockets?.[Symbol.dispose]()
    this.#sockets = undefined
  }

  /** Drains; asked for again, ends at once. */
  stop(): void {
    this.#on({ on: 'stop' })
  }

  kill(): void {
    this.#on({ on: 'kill' })
  }

  /** Stops, and starts nothing any more. */
  retire(): void {
    this.#isRetired = true
    if (this.#state.phase.is !== 'stopping') this.stop()
  }

  get isRetired(): boolean {
    return this.#isRetired
  }

  /** Puts a new child in the place of the one that serves, which drains when the new one is ready, where that can be known. */
  swap(): void {
    if (!this.#isRetired) this.#on({ on: 'swap', next: this.#howToFollow() })
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
      sockets: this.#addresses,
    }
  }

  /**
   * One that was taken over holds the address, so that the next waits for that. Otherwise only a message comes from one child
   * for certain: `/health` could be answered by the old one on the same socket.
   */
  #howToFollow(): Next {
    if (this.#sockets === undefined) return 'at-once'
    return this.#options.spec.ready === 'message' ? 'beside' : 'after'
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
    const { spec, env, openStreams } = this.#options
    const ready = (): void => {
      const child = this.#children.get(number)
      if (child === undefined || child.readySince !== undefined) return
      child.readySince = Date.now()
      this.#on({ on: 'ready', child: number })
    }
    const onExit = (exit: Exit): void => this.#ended(number, exit)
    const onStarted = (): unknown => setImmediate(() => this.#started(number, ready))
    // Tried again and again while it is taken: who has it is known, the process that is being replaced.
    const sockets = (): ServiceSockets => this.#bind(() => undefined)
    const process = startChildWhenFree({ spec, sockets, env, openStreams, onReady: ready, onExit, onStarted })
    this.#children.set(number, { process })
  }

  #started(number: number, ready: () => void): void {
    const child = this.#children.get(number)
    if (child === undefined) return
    const { spec } = this.#options
    const address = this.#addresses.internal ?? this.#addresses.public
    this.#tell('spawned', number)
    if (spec.ready === 'health' && address !== undefined) child.stopAsking = waitForHealth(address, ready)
    if (spec.ready === 'running') ready()
  }

  #bind(findHolder?: (port: number) => string | undefined): ServiceSockets {
    this.#sockets ??= bindSockets(this.#options.spec.name, this.#addresses, findHolder)
    this.#addresses = this.#sockets.addresses
    return this.#sockets
  }

  #ended(number: number, exit: Exit): void {
    const child = this.#children.get(number)
    child?.stopAsking?.()
    this.#lastExit = exit
    this.#tell('ended', number, exit)
    this.#on({ on: 'exit', child: number })
    this.#children.delete(number)
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
    const change: Change = { what, status: this.status, pid, ...(exit !== undefined && { exit }) }
    for (const listener of [...this.#listeners]) hear(listener, change)
  }
}

/** What goes wrong in somebody who only listens must not keep the service from being kept serving. */
function hear(listener: (change: Change) => void, change: Change): void {
  try {
    listener(change)
  } catch (error) {
    process.emitWarning(error as Error)
  }
}
