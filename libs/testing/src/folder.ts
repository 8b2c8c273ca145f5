import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
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
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
  await folder.write(files)
  return folder
}
