import { constants } from 'node:fs'
import { cp, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CiRun } from './ci-run.ts'

/** Where the runs of one scope of trust keep Nx's cache and the history of results. On a laptop: the history alone. */
export function stateFolder(root: string, { scope = 'local' }: Pick<CiRun, 'scope'>): string {
  return join(root, '.nx/ci', scope)
}

/**
 * The first run of a branch begins with what main has left on this machine. It is a copy: main reads nothing that another
 * scope has written.
 */
export async function beginWithMain(root: string, run: Pick<CiRun, 'scope'>): Promise<void> {
  const main = stateFolder(root, { scope: 'main' })
  const own = stateFolder(root, run)
  if (run.scope === undefined || (await exists(own)) || !(await exists(main))) return
  await cp(main, own, { recursive: true, mode: constants.COPYFILE_FICLONE })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
