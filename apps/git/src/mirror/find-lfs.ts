import type { NewFinding } from '@mochi/mirror'
import type { Git } from '../git/git.ts'
import { idOf } from './report.ts'
import type { Repository } from './repository.ts'

const ATTRIBUTES = [':(glob,icase).gitattributes', ':(glob,icase)**/.gitattributes']

/** Where the default branch keeps files in Git LFS: these stand elsewhere, and are not mirrored. Said, not passed over. */
export async function findLfs(git: Git, { folder }: Repository, name: string): Promise<NewFinding[]> {
  const args = ['grep', '--quiet', '-I', 'filter=lfs', 'HEAD', '--', ...ATTRIBUTES]
  // 1: there is none. 128: there is no default branch.
  const { code } = await git.run({ folder, args, codes: [0, 1, 128] })
  if (code !== 0) return []
  const detail = 'it keeps files in Git LFS, which are not mirrored: a clone from here has their pointers alone'
  return [{ id: idOf('lfs-missing', [name]), kind: 'lfs-missing', what: name, detail, isOpen: true }]
}
