import pLimit from 'p-limit'
import { Final } from '@mochi/mirror'
import type { Git } from '../git/git.ts'
import type { Refs } from './listing.ts'
import { ARCHIVE } from './plan-publication.ts'

const HEADS = 'refs/heads/'
const DEADLINE = 30 * 60_000

type Facts = { readonly git: Git; readonly folder: string; readonly signal: AbortSignal }

/** Branches that are no commits: git refuses to write such a branch. */
export async function findOddBranches({ git, folder, signal }: Facts, fetched: Refs): Promise<string[]> {
  const branches = [...fetched].filter(([name]) => name.startsWith(HEADS))
  if (branches.length === 0) return []
  const { stdout } = await git.run({
    folder,
    args: ['cat-file', '--batch-check=%(objecttype)'],
    input: branches.map(([, oid]) => `${oid}\n`).join(''),
    signal,
    deadline: DEADLINE,
  })
  const types = stdout.split('\n')
  return branches.flatMap(([name], index) => (types[index] === 'commit' ? [] : [name]))
}

/** Branches whose new commit has the old one among its ancestors. */
export async function findForward({ git, folder, signal }: Facts, held: Refs, wanted: Refs): Promise<Set<string>> {
  const changed = [...wanted].filter(([name, oid]) => name.startsWith(HEADS) && (held.get(name) ?? oid) !== oid)
  const limit = pLimit(2)
  const forward = await Promise.all(
    changed.map(([name, oid]) =>
      limit(async () => {
        const args = ['merge-base', '--is-ancestor', held.get(name) ?? '', oid]
        const { code } = await git.run({ folder, args, codes: [0, 1], signal, deadline: DEADLINE })
        return code === 0 ? [name] : []
      }),
    ),
  )
  return new Set(forward.flat())
}

/**
 * Rejects with Final where upstream has nothing in common with what is held: another repository is there under its address. Two histories that share
 * a commit share a first one.
 */
export async function requireRelated(facts: Facts, held: Refs, wanted: Refs): Promise<void> {
  const before = [...held].filter(([name]) => !name.startsWith(ARCHIVE)).map(([, oid]) => oid)
  const now = new Set(wanted.values())
  if (before.length === 0 || before.some((oid) => now.has(oid))) return
  const [old, found] = [await findRoots(facts, before), new Set(await findRoots(facts, [...now]))]
  if (old.length > 0 && !old.some((root) => found.has(root)))
    throw new Final('upstream is another repository now: it shares no commit with ours, which stays as it is')
}

async function findRoots({ git, folder, signal }: Facts, tips: readonly string[]): Promise<string[]> {
  const { stdout } = await git.run({
    folder,
    args: ['rev-list', '--max-parents=0', '--stdin'],
    input: tips.map((oid) => `${oid}\n`).join(''),
    signal,
    deadline: DEADLINE,
  })
  return stdout.split('\n').filter((line) => line !== '')
}
