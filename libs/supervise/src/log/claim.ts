import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { logErrors } from './errors.ts'
import type { LogFiles } from './files.ts'
import { INFLIGHT_BYTES } from './inflight.ts'
import { removeOldest } from './make-room.ts'
import { mapMemory, ownMemory } from './mapped-memory.ts'
import type { Memory } from './mapped-memory.ts'

export type ClaimOptions = {
  readonly folder: string
  readonly files: LogFiles
  readonly onTrouble: (reason: NodeJS.ErrnoException) => void
  /** Maps a file of the folder to memory. */
  readonly map?: (file: string, length: number) => Memory
  /** How long it is waited before the next attempt on a full disk, in milliseconds. */
  readonly pause?: number
}

/**
 * Makes a folder this process's own, with the memory that keeps what it reads. On a full disk the oldest archives go, and when
 * none is left it waits for room; nothing has been read by then. Throws SUPERVISE_LOG_TAKEN.
 */
export async function claimFolder(options: ClaimOptions): Promise<Memory> {
  const { folder, files, onTrouble, map = mapMemory, pause = 1000 } = options
  for (;;) {
    try {
      const memory = map(join(folder, 'inflight'), INFLIGHT_BYTES)
      if (memory.isTaken) throw logErrors.SUPERVISE_LOG_TAKEN({ folder })
      return memory
    } catch (error) {
      const fault = error as NodeJS.ErrnoException
      if (fault.syscall === undefined) throw error
      // A file system that cannot map is written to all the same.
      if (fault.code !== 'ENOSPC' && fault.code !== 'EDQUOT') return ownMemory(INFLIGHT_BYTES)
      if (removeOldest(files)) continue
      onTrouble(fault)
      await sleep(pause)
    }
  }
}
