import type { Git } from '../git/git.ts'
import { ARCHIVE } from '../mirror/plan-publication.ts'
import type { Repository } from '../mirror/repository.ts'

/** A ref with what it stands for. Times are milliseconds since 1970; undefined: nobody says. */
export type RefFacts = {
  readonly name: string
  readonly oid: string
  readonly at: number | undefined
  readonly subject: string
}
export type CommitFacts = RefFacts & { readonly author: string }

export type RepositoryFacts = {
  readonly head: string | undefined
  readonly branches: readonly RefFacts[]
  readonly tags: readonly RefFacts[]
  readonly archived: readonly RefFacts[]
  readonly commits: readonly CommitFacts[]
}

/** Of each kind the page shows so many, the newest. */
export const MOST = 50

const REF = '%(refname)%00%(objectname:short=12)%00%(creatordate:unix)%00%(contents:subject)'
const COMMIT = '%H%x00%h%x00%ct%x00%s%x00%an'

/** What the page shows of a repository; nothing of one that was never mirrored. */
export async function readRepository(git: Git, repository: Repository): Promise<RepositoryFacts> {
  if (!(await repository.exists())) return { head: undefined, branches: [], tags: [], archived: [], commits: [] }
  const { folder } = repository
  const read = async (prefix: string): Promise<RefFacts[]> => {
    const args = ['for-each-ref', `--count=${MOST}`, '--sort=-creatordate', `--format=${REF}`, prefix]
    const rows = parseRows((await git.run({ folder, args })).stdout)
    return rows.map((row) => ({ ...row, name: row.name.slice(prefix.length) }))
  }
  const [head, branches, tags, archived, log] = await Promise.all([
    repository.head(),
    read('refs/heads/'),
    read('refs/tags/'),
    read(ARCHIVE),
    // An upstream whose default branch is not there has no last commits.
    git.run({ folder, args: ['log', '-n', '20', `--format=${COMMIT}`, 'HEAD', '--'], codes: [0, 128] }),
  ])
  return { head: head?.replace(/^refs\/heads\//, ''), branches, tags, archived, commits: parseRows(log.stdout) }
}

function parseRows(text: string): CommitFacts[] {
  const rows = text.split('\n').filter((line) => line !== '')
  return rows.map((row) => {
    const [name = '', oid = '', at = '', subject = '', author = ''] = row.split('\0')
    return { name, oid, at: at === '' ? undefined : Number(at) * 1_000, subject, author }
  })
}
