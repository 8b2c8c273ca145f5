import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git } from '../git/git.ts'
import type { Repository } from './repository.ts'

const MOST_PACKS = 30
const DEADLINE = 2 * 3_600_000

/**
 * Keeps a repository quick to read: refs in one file, and now and then all packs in one. What no ref names is kept too: somebody may still be
 * reading it, and nothing that was held is thrown away.
 */
export async function tidy(git: Git, { folder }: Repository, signal: AbortSignal): Promise<void> {
  await git.run({ folder, args: ['pack-refs', '--all'], signal, deadline: DEADLINE })
  const packs = (await readdir(join(folder, 'objects/pack'))).filter((name) => name.endsWith('.pack'))
  if (packs.length < MOST_PACKS) return
  const args = ['repack', '-a', '-d', '--keep-unreachable', '--quiet', '--write-bitmap-index']
  await git.run({ folder, args, signal, deadline: DEADLINE })
}
