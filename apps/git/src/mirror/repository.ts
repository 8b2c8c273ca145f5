import { readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import type { Git } from '../git/git.ts'
import { parseRefs } from './listing.ts'
import type { Refs } from './listing.ts'

/** Of a repository that is mirrored: what is served, in a folder that only one process changes at a time. */
export class Repository {
  readonly folder: string
  readonly #git: Git

  constructor(folder: string, git: Git) {
    this.folder = folder
    this.#git = git
  }

  async exists(): Promise<boolean> {
    return stat(join(this.folder, 'HEAD')).then(
      () => true,
      () => false,
    )
  }

  /** An empty one, which appears as a whole. */
  async create(draft: string, oidLength: number): Promise<void> {
    await createBare(this.#git, draft, oidLength)
    await mkdir(dirname(this.folder), { recursive: true })
    await rename(draft, this.folder)
  }

  /** All that it has, archives included; none where it is not there. */
  async refs(): Promise<Refs> {
    if (!(await this.exists())) return new Map()
    const { stdout } = await this.#git.run({
      folder: this.folder,
      args: ['for-each-ref', '--format=%(objectname) %(refname)'],
      output: 2 ** 30,
    })
    return parseRefs(stdout)
  }

  /** The default branch: a name, whether there is such a branch or not. */
  async head(): Promise<string | undefined> {
    if (!(await this.exists())) return undefined
    const { stdout } = await this.#git.run({ folder: this.folder, args: ['symbolic-ref', 'HEAD'] })
    return stdout.trim()
  }

  /**
   * Removes what a killed process has left: locks of refs, packs that were being written, and packs without an index, which nobody reads. For the
   * one process that writes alone.
   */
  async sweep(): Promise<void> {
    const files = await filesBelow(this.folder)
    const all = new Set(files)
    const isLeft = (file: string): boolean =>
      /^[^/]*\.lock$|^packed-refs\.new$|^refs\/.*\.lock$|^objects\/info\/.*\.lock$/.test(file) ||
      /^objects\/pack\/(?:\.?tmp[_-].*|.*\.lock)$/.test(file) ||
      (/^objects\/pack\/pack-[0-9a-f]+\.\w+$/.test(file) && !all.has(file.replace(/\.\w+$/, '.idx')))
    for (const file of files.filter(isLeft)) await rm(join(this.folder, file), { force: true })
  }

  async bytes(): Promise<number> {
    return bytesBelow(this.folder)
  }
}

export async function createBare(git: Git, folder: string, oidLength: number): Promise<void> {
  const format = oidLength === 64 ? 'sha256' : 'sha1'
  await git.run({
    args: ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--initial-branch=main', folder],
  })
}

/** Of all files below a folder; 0 where it is not there. What goes meanwhile does not count. */
export async function bytesBelow(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await filesBelow(folder)).map((file) =>
      stat(join(folder, file)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const start = folder.length + 1
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(start))
}
