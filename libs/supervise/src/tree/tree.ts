import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LAUNCH_FILE } from '../launch-file.ts'
import type { LauncherStatus } from '../launcher/launcher.ts'
import { SupervisedService } from './supervised-service.ts'
import type { SuperviseOptions } from './supervised-service.ts'

export type TreeOptions = Omit<SuperviseOptions, 'folder'> & {
  /** The folder of the service directories. */
  readonly folder: string
}

/** A service of a tree: how it stands, or why it cannot be run. */
export type TreeEntry = {
  readonly name: string
  readonly status?: LauncherStatus
  /** How its log writer does: while that does not run the service soon stands still, when the pipe is full. */
  readonly log?: LauncherStatus['phase']
  readonly fault?: string
}

const UNWRITTEN =
  'it is stopped, but its log does not take all that it has written; what is left is kept until it does, or in log/unwritten where no writer runs (log/main/status.json and log/errors say why)'

/** Many service directories in the care of this process. What is asked for one service is done one after the other. */
export class Tree {
  readonly #options: TreeOptions
  readonly #services = new Map<string, SupervisedService>()
  readonly #faults = new Map<string, string>()
  readonly #turns = new Map<string, Promise<void>>()
  #isStopping = false

  constructor(options: TreeOptions) {
    this.#options = options
  }

  /** Every service directory there is; one that cannot be run keeps no other from running. */
  async openAll(): Promise<void> {
    const names = existsSync(this.#options.folder) ? readdirSync(this.#options.folder) : []
    const runnable = names.filter((name) => existsSync(join(this.#options.folder, name, LAUNCH_FILE)))
    await Promise.all(runnable.map((name) => this.add(name)))
  }

  /** Takes a directory into care, unless it is already, or the tree is being stopped. The entry says how that went. */
  async add(name: string): Promise<TreeEntry> {
    await this.#inTurn(name, async () => {
      if (this.#isStopping) return
      // It was stopped while its log took nothing, which may have passed.
      if (this.#services.get(name)?.launcher.isRetired === true) await this.#close(name)
      if (!this.#services.has(name)) await this.#open(name)
    })
    return this.#entryOf(name)
  }

  /**
   * Stops a service and removes its directory; its log stays. While that does not take everything that the service wrote, so
   * does the directory, and an entry with a fault.
   */
  async remove(name: string): Promise<void> {
    await this.#inTurn(name, async () => {
      if (await this.#close(name)) await rm(join(this.#options.folder, name), { recursive: true, force: true })
    })
  }

  /** Stops every service, for the next tree to start again. Nothing is added any more. False where a log does not take all. */
  async stop(): Promise<boolean> {
    this.#isStopping = true
    const names = new Set([...this.#turns.keys(), ...this.#services.keys(), ...this.#faults.keys()])
    await Promise.all([...names].map((name) => this.#inTurn(name, () => this.#close(name))))
    return this.#faults.size === 0
  }

  /** Ends at once what does not drain. */
  kill(): void {
    for (const service of this.#services.values()) service.kill()
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Nothing is in its care, or about to be. */
  get isEmpty(): boolean {
    return this.#services.size + this.#faults.size + this.#turns.size === 0
  }

  get entries(): readonly TreeEntry[] {
    return [...new Set([...this.#services.keys(), ...this.#faults.keys()])].sort().map((name) => this.#entryOf(name))
  }

  async #inTurn(name: string, work: () => Promise<unknown>): Promise<void> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work).then(() => undefined)
    this.#turns.set(name, turn)
    try {
      await turn
    } finally {
      if (this.#turns.get(name) === turn) this.#turns.delete(name)
    }
  }

  async #open(name: string): Promise<void> {
    const folder = join(this.#options.folder, name)
    try {
      this.#services.set(name, await SupervisedService.open({ ...this.#options, folder }))
      this.#faults.delete(name)
    } catch (error) {
      this.#faults.set(name, (error as Error).message)
    }
  }

  async #close(name: string): Promise<boolean> {
    this.#faults.delete(name)
    if ((await this.#services.get(name)?.stop()) === false) {
      this.#faults.set(name, UNWRITTEN)
      return false
    }
    this.#services.delete(name)
    return true
  }

  #entryOf(name: string): TreeEntry {
    const service = this.#services.get(name)
    const fault = this.#faults.get(name)
    return {
      name,
      ...(service !== undefined && { status: service.launcher.status, log: service.logPhase }),
      ...(fault !== undefined && { fault }),
    }
  }
}
