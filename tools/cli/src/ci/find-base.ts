import { tmpdir } from 'node:os'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { errors } from './errors.ts'
import { git } from './git.ts'
import type { Base } from './ci-run.ts'

/** The commit that a run is compared with. */
export type FoundBase = { readonly commit: string; readonly why: string }

type GitContext = Pick<Context, 'root' | 'run'>

/**
 * The first of the candidates that this clone has. Throws CLI_BASE_UNKNOWN, and CLI_HISTORY_SHALLOW with the depth to fetch
 * where the clone ends before it. `undefined`: HEAD has no commit before it, so that everything is new.
 */
export async function findBase(context: GitContext, bases: readonly Base[]): Promise<FoundBase | undefined> {
  for (const base of bases) {
    const commit = await resolve(context, base)
    if (commit !== undefined) return { commit, why: base.why }
  }
  if (await isShallow(context)) throw await shallow(context, bases)
  if (bases.at(-1)?.revision === 'HEAD^') return undefined
  throw errors.CLI_BASE_UNKNOWN({ revisions: [...new Set(bases.map(({ revision }) => revision))] })
}

async function resolve(context: GitContext, { revision, fork }: Base): Promise<string | undefined> {
  if (fork) return git(context, ['merge-base', revision, 'HEAD'])
  return git(context, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
}

async function isShallow(context: GitContext): Promise<boolean> {
  return (await git(context, ['rev-parse', '--is-shallow-repository'])) === 'true'
}

async function shallow(context: GitContext, bases: readonly Base[]): Promise<Error> {
  const { revision, fork } = bases[0] ?? { revision: 'HEAD^', fork: false }
  const head = (await git(context, ['rev-parse', 'HEAD'])) ?? 'HEAD'
  const depth =
    revision === 'HEAD^' ? 2 : await measureDepth(context, { head, wanted: revision.replace(/^origin\//, '') })
  return errors.CLI_HISTORY_SHALLOW({ revision, fork, head, depth })
}

type Tips = { readonly head: string; readonly wanted: string }

/**
 * How many commits deep a clone has to be so that it holds the base: the remote's history is fetched, without its files,
 * into a repository of its own by the address and the credentials of this one. `undefined` where the remote does not say.
 */
async function measureDepth(context: GitContext, { head, wanted }: Tips): Promise<number | undefined> {
  const settings = await git(context, ['rev-parse', '--path-format=absolute', '--git-path', 'config'])
  const folder = await mkdtemp(join(tmpdir(), 'mochi-history-'))
  const there = { ...context, root: folder }
  try {
    await git(there, ['init', '--quiet'])
    const tips = [`${head}:refs/tips/head`, `${wanted}:refs/tips/base`]
    const ours = ['-c', `include.path=${settings ?? ''}`]
    const fetched = await git(there, [...ours, 'fetch', ...COMMITS_ONLY, 'origin', ...tips])
    return fetched === undefined ? undefined : await countDepth(there)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const COMMITS_ONLY = ['--quiet', '--no-tags', '--no-write-fetch-head', '--filter=tree:0']

async function countDepth(context: GitContext): Promise<number | undefined> {
  const tips = ['refs/tips/head', 'refs/tips/base']
  const base = await git(context, ['merge-base', ...tips])
  if (base === undefined) return undefined
  const counts = await Promise.all(tips.map((tip) => git(context, ['rev-list', '--count', tip, `^${base}`])))
  return Math.max(...counts.map(Number)) + 1
}
