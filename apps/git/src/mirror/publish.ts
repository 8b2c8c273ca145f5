import { open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git } from '../git/git.ts'
import type { Publication } from './plan-publication.ts'
import type { Repository } from './repository.ts'

/** Moves all packs: the index, by which git finds a pack, comes last. Objects that no ref names harm nobody. */
export async function movePacks(quarantine: string, repository: Repository, onMoved: () => void): Promise<void> {
  const from = join(quarantine, 'objects/pack')
  const to = join(repository.folder, 'objects/pack')
  const files = (await readdir(from).catch(() => [])).filter((name) => /^pack-[0-9a-f]+\.(?!keep$)\w+$/.test(name))
  const isIndex = (name: string): number => Number(name.endsWith('.idx'))
  for (const name of files.toSorted((a, b) => isIndex(a) - isIndex(b))) {
    await rename(join(from, name), join(to, name))
    onMoved()
  }
  await using folder = await open(to, 'r')
  await folder.sync()
}

/** All or nothing, of each transaction; a ref that is not what it was when the plan was made refuses it. */
export async function updateRefs(git: Git, repository: Repository, { transactions }: Publication): Promise<void> {
  for (const orders of transactions) {
    await git.run({
      folder: repository.folder,
      args: ['update-ref', '--stdin'],
      input: ['start', ...orders, 'prepare', 'commit', ''].join('\n'),
      deadline: 600_000,
    })
  }
}
