import { randomBytes } from 'node:crypto'
import { readdirSync, renameSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFolder } from './data-folder.ts'
import type { Trust } from './pool.ts'

/** A draft that is as old as this is nobody's, whoever has its number now. Milliseconds. */
const STALE = 86_400_000

/** The files of bodies and of uploads that are not whole yet. */
export class Bodies {
  readonly #folder: DataFolder

  constructor(folder: DataFolder) {
    this.#folder = folder
  }

  path(trust: Trust, sha: string): string {
    return join(this.#folder.bodies, trust, sha.slice(0, 2), sha)
  }

  /** A name that nobody has, which says whose draft it is. */
  newDraft(): string {
    return join(this.#folder.drafts, `${process.pid}-${randomBytes(8).toString('hex')}`)
  }

  /** Puts a draft where its body belongs. Equal bytes that stand there already are replaced, so that damaged ones are healed. */
  publish(draft: string, trust: Trust, sha: string): void {
    renameSync(draft, this.path(trust, sha))
  }

  remove(trust: Trust, sha: string): void {
    removeFile(this.path(trust, sha))
  }

  /** Removes drafts whose process has gone; those of a process that drains beside this one stay. Returns their number. */
  sweepDrafts(now: number): number {
    const swept = readdirSync(this.#folder.drafts).filter((name) => {
      const file = join(this.#folder.drafts, name)
      const pid = Number(name.split('-', 1)[0])
      if (pid !== process.pid && isAlive(pid) && now - modified(file) < STALE) return false
      removeFile(file)
      return true
    })
    return swept.length
  }

  /** All bodies, a folder at a time. */
  *list(): Generator<{ trust: Trust; shas: string[] }> {
    for (const trust of ['main', 'branch'] as const) {
      for (const prefix of readdirSync(join(this.#folder.bodies, trust)))
        yield { trust, shas: readdirSync(join(this.#folder.bodies, trust, prefix)) }
    }
  }
}

export function removeFile(file: string): void {
  try {
    unlinkSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
