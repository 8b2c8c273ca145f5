import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of a test's own, gone with all that is in it at the end of the block: `await using folder = await createFolder()`. */
export type Folder = AsyncDisposable & {
  /** Absolute, without links in it. */
  readonly path: string
  /** The absolute path of something in the folder. */
  join(...names: string[]): string
  /** Writes files, parents included: `{ 'etc/host.json': '{}' }`. */
  write(files: Readonly<Record<string, string>>, options?: { mode?: number }): Promise<void>
}

export async function createFolder(files: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'mochi-test-')))
  const folder: Folder = {
    path,
    join: (...names) => join(path, ...names),
    write: async (contents, options) => {
      for (const [name, text] of Object.entries(contents)) {
        await mkdir(dirname(join(path, name)), { recursive: true })
        await writeFile(join(path, name), text, options)
      }
    },
    [Symbol.asyncDispose]: () => removeFolder(path),
  }
  await folder.write(files)
  return folder
}

/** Also what a test has write-protected: for anyone but root the folders must be opened first. */
async function removeFolder(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 })
  await remove().catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    await openFolders(path)
    await remove()
  })
}

async function openFolders(path: string): Promise<void> {
  await chmod(path, 0o700)
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(path, entry.name))
  }
}
