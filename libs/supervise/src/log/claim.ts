import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { logErrors } from './errors.ts'
import type { LogFiles } from './files.ts'
import { INFLIGHT_BYTES } from './inflight.ts'
import { mapMemory, ownMemory } from './mapped-memory.ts'
import type { Memory } from './mapped-memory.ts'
import { archivesOf } from './rotation.ts'

export type ClaimOptions = {
  readonly folder: string
  readonly files: LogFiles
  readonly onTrouble: (reason: NodeJS.ErrnoException) => void
}

/**
 * Makes a folder this process's own, with the memory that keeps what it reads. Waits for room where there is none, and nothing
 * has been read by then. Throws SUPERVISE_LOG_TAKEN.
 */
export async function claimFolder({ folder, files, onTrouble }: ClaimOptions): Promise<Memory> {
  for (;;) {
    try {
      const memory = mapMemory(join(folder, 'inflight'), INFLIGHT_BYTES)
      if (memory.isTaken) throw logErrors.SUPERVISE_LOG_TAKEN({ folder })
      return memory
    } catch (error) {
      const fault = error as NodeJS.ErrnoException
      if (fault.syscall === undefined) throw error
      // A file system that cannot map is written to all the same.
      if (fault.code !== 'ENOSPC' && fault.code !== 'EDQUOT') return ownMemory(INFLIGHT_BYTES)
      const [oldest] = archivesOf(files.list())
      if (oldest !== undefined) files.remove(oldest.name)
      else {
        onTrouble(fault)
        await sleep(1000)
      }
    }
  }
}
