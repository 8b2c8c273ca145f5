import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { LAUNCH_FILE } from '../launch-file.ts'
import type { LauncherStatus } from '../launcher/launcher.ts'
import { SupervisedService } from './supervised-service.ts'
import type { SuperviseOptions } from './supervised-service.ts'

export type TreeOptions = Omit<SuperviseOptions, 'folder'> & {
  /** The folder of the service directories. */
  readonly folder: string
}

/** A service of a tree: how it stands, or why it cannot be run. */
export type TreeEntry = { readonly name: string; readonly status?: LauncherStatus; readonly fault?: string }

/** Many service directories in the care of this process. */
export class Tree {
  readonly #options: TreeOptions
  readonly #services = new Map<string, SupervisedService>()
  readonly #faults = new Map<string, string>()
  readonly #opening = new Map<string, Promise<void>>()

  constructor(options: TreeOptions) {
    this.#options = options
  }

  /** Every service directory there is; one that cannot be run keeps no other from running. */
  async openAll(): Promise<void> {
    const names = existsSync(this.#options.folder) ? readdirSync(this.#options.folder) : []
    const runnable = names.filter((name) => existsSync(join(this.#options.folder, name, LAUNCH_FILE)))
    await Promise.all(runnable.map((name) => this.add(name)))
  }

  /** Takes a directory into care, unless it is already. The entry says how that went. */
  async add(name: string): Promise<TreeEntry> {
    if (!this.#services.has(name)) {
      const opening = this.#opening.get(name) ?? this.#open(name).finally(() => this.#opening.delete(name))
      this.#opening.set(name, opening)
      await opening
    }
    return this.#entryOf(name)
  }

  /** Stops a service and gives its directory back. */
  async remove(name: string): Promise<void> {
    await this.#opening.get(name)
    this.#faults.delete(name)
    const service = this.#services.get(name)
    if (service === undefined) return
    await service.stop()
    this.#services.delete(name)
  }

  async stop(): Promise<void> {
    await Promise.all(this.entries.map(({ name }) => this.remove(name)))
  }

  /** Ends at once what does not drain. */
  kill(): void {
    for (const service of this.#services.values()) service.kill()
  }

  get entries(): readonly TreeEntry[] {
    return [...new Set([...this.#services.keys(), ...this.#faults.keys()])].sort().map((name) => this.#entryOf(name))
  }

  async #open(name: string): Promise<void> {
    const folder = join(this.#options.folder, name)
    try {
      this.#services.set(name, await SupervisedService.open({ ...this.#options, folder }))
      this.#faults.delete(name)
    } catch (error) {
      if (!isMochiError(error)) throw error
      this.#faults.set(name, error.message)
    }
  }

  #entryOf(name: string): TreeEntry {
    const status = this.#services.get(name)?.launcher.status
    const fault = this.#faults.get(name)
    return { name, ...(status !== undefined && { status }), ...(fault !== undefined && { fault }) }
  }
}
