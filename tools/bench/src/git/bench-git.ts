import { randomUUID } from 'node:crypto'
import { startService } from '@mochi/testing'
import type { TestService } from '@mochi/testing'
import type { Benchmark, BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createGitSite } from './git-site.ts'
import type { GitSite } from './git-site.ts'
import type { HistorySizes } from './made-history.ts'

const SIZES: HistorySizes = { commits: 20_000, files: 2_000, tags: 500 }

/** What a mirror of a git repository costs beside git alone. */
export const benchGit: Benchmark = async (context) => {
  context.say('making a repository')
  await using site = await createGitSite(SIZES)
  const results = await measureGit(site, { ...context, pairs: 7 })
  return { introduction: introduce(site.bytes), results, missing: [] }
}

function introduce(bytes: number): string {
  const { commits, files, tags } = SIZES
  const megabytes = Math.round(bytes / 1e6)
  return `Mirrors of git repositories: \`apps/git\`, and beside it \`git fetch\` of all branches and tags into a bare repository, both from git's own daemon on loopback. The repository is made: ${commits.toLocaleString('en')} commits, ${files.toLocaleString('en')} files, ${tags} tags, ${megabytes} MB.`
}

export async function measureGit(
  site: GitSite,
  { say, pairs }: BenchContext & { readonly pairs: number },
): Promise<Result[]> {
  say('measuring first mirrors')
  const plain = { label: 'git fetch', measure: () => fetchInto(site, site.folder(`${randomUUID()}.git`)) }
  const checked = {
    label: 'git fetch, objects checked',
    measure: () => fetchInto(site, site.folder(`${randomUUID()}.git`), CHECKED),
  }
  const fresh = { label: 'POST /-/mochi/mirror/sync', measure: () => syncFresh(site) }
  const note =
    'Every object is checked before anybody sees it; the row below has `git fetch` do the same (`fetch.fsckObjects`).'
  const first = await compare({
    what: 'a repository, from nothing',
    ours: fresh,
    other: plain,
    pairs,
    goal: { of: 'ratio', most: 1.2 },
    note,
  })
  const same = await compare({
    what: 'a repository, from nothing, checked',
    ours: fresh,
    other: checked,
    pairs,
    goal: { of: 'ratio', most: 1.2 },
  })
  return [first, same, ...(await measureNews(site, { say, pairs }))]
}

const CHECKED = ['-c', 'fetch.fsckObjects=true']

async function measureNews(
  site: GitSite,
  { say, pairs }: BenchContext & { readonly pairs: number },
): Promise<Result[]> {
  say('measuring news')
  const folder = site.folder('followed.git')
  await fetchInto(site, folder)
  await using service = await startMirror(site)
  await sync(service)
  const none = await compare({
    what: 'a repository with nothing new',
    ours: { label: 'POST /-/mochi/mirror/sync', measure: () => sync(service) },
    other: { label: 'git fetch', measure: () => fetchAgain(site, folder) },
    pairs,
    goal: { of: 'time', most: 3_000 },
  })
  const news = (work: () => Promise<number>) => async (): Promise<number> => {
    await site.addNews()
    return work()
  }
  const one = await compare({
    what: 'a repository with one new commit',
    ours: { label: 'POST /-/mochi/mirror/sync', measure: news(() => sync(service)) },
    other: { label: 'git fetch', measure: news(() => fetchAgain(site, folder)) },
    pairs,
  })
  return [none, one]
}

async function syncFresh(site: GitSite): Promise<number> {
  await using service = await startMirror(site)
  return await sync(service)
}

function startMirror({ url }: GitSite): Promise<TestService> {
  return startService('git', {
    env: (folder) => ({ GIT_DATA: folder.join('data'), GIT_REPOSITORIES: JSON.stringify({ up: { url } }) }),
  })
}

async function sync({ url }: TestService): Promise<number> {
  const start = performance.now()
  const text = await (await fetch(`${url}/-/mochi/mirror/sync`, { method: 'POST' })).text()
  const time = performance.now() - start
  const last = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '{}') as { results?: readonly { failed: number }[] }
  if (last.results?.every(({ failed }) => failed === 0) !== true) throw new Error(`The mirror has failed: ${text}`)
  return time
}

async function fetchInto(site: GitSite, folder: string, options: readonly string[] = []): Promise<number> {
  await site.git('init', '--quiet', '--bare', folder)
  return fetchAgain(site, folder, options)
}

async function fetchAgain({ git, url }: GitSite, folder: string, options: readonly string[] = []): Promise<number> {
  const start = performance.now()
  const specs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  await git(...options, `--git-dir=${folder}`, 'fetch', '--quiet', '--no-tags', '--prune', url, ...specs)
  return performance.now() - start
}
