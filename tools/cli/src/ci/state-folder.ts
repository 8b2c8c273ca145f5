import { constants } from 'node:fs'
import { cp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CiRun } from './ci-run.ts'

/** Where the runs of one scope of trust keep Nx's cache and the history of results. On a laptop: the history alone. */
export function stateFolder(root: string, { scope = 'local' }: Pick<CiRun, 'scope'>): string {
  return join(root, '.nx/ci', scope)
}

/**
 * The first run of a branch begins with what main has left on this machine. It is a copy: main reads nothing that another
 * scope has written. It is there whole or not at all.
 */
export async function beginWithMain(root: string, run: Pick<CiRun, 'scope'>): Promise<void> {
  const main = stateFolder(root, { scope: 'main' })
  const own = stateFolder(root, run)
  if (run.scope === undefined || (await exists(own)) || !(await exists(main))) return
  const draft = `${own}.${process.pid}.tmp`
  await rm(draft, { recursive: true, force: true })
  await cp(main, draft, { recursive: true, mode: constants.COPYFILE_FICLONE })
  await rename(draft, own)
}

/**
 * Nx's database of what is in its cache has the machine in its name. Where the folder comes from another machine, as CI
 * servers restore it, the database gets the name of this one, or everything would be a miss. `database`: that name.
 */
export async function adoptDatabase(folder: string, database: string): Promise<void> {
  const data = join(folder, 'data')
  if (database === '' || (await exists(join(data, database)))) return
  const others = (await readdir(data).catch(() => [])).filter((name) => name.endsWith('.db'))
  const times = await Promise.all(others.map(async (name) => ({ name, time: (await stat(join(data, name))).mtimeMs })))
  const [newest] = times.sort((a, b) => b.time - a.time)
  if (newest === undefined) return
  // The log first: what stands in it is not yet in the file, and a file without its log would be whole, and old.
  for (const end of ['-wal', '-shm', '']) {
    const from = join(data, `${newest.name}${end}`)
    if (await exists(from)) await rename(from, join(data, `${database}${end}`))
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
