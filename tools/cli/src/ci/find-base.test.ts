import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createFolder, isolatedEnvironment } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createRun } from '../run-process.ts'
import type { Base } from './ci-run.ts'
import { findBase } from './find-base.ts'

const execute = promisify(execFile)

const FORK: Base = { revision: 'origin/main', why: 'where HEAD left origin/main', fork: true }
const BEFORE: Base = { revision: 'HEAD^', why: 'the commit before', fork: false }

/**
 * A remote whose main has three commits, and whose branch `try` has `ours` more that leave it after the second; main has
 * gone on by `theirs`.
 */
async function createRemote({ ours, theirs }: { ours: number; theirs: number }) {
  const folder = await createFolder()
  const env = isolatedEnvironment(folder.path)
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com']
  const git = async (cwd: string, ...args: string[]) =>
    (await execute('git', [...author, ...args], { cwd, env })).stdout.trim()
  const commit = async (text: string) => {
    await git(remote, 'commit', '--quiet', '--allow-empty', '-m', text)
    return git(remote, 'rev-parse', 'HEAD')
  }
  const remote = folder.join('remote')
  await git(folder.path, 'init', '--quiet', '--initial-branch', 'main', 'remote')
  await git(remote, 'config', 'uploadpack.allowFilter', 'true')
  await commit('first')
  const fork = await commit('second')
  await git(remote, 'switch', '--quiet', '--create', 'try')
  for (let index = 0; index < ours; index += 1) await commit(`ours ${String(index)}`)
  await git(remote, 'switch', '--quiet', 'main')
  for (let index = 0; index < theirs; index += 1) await commit(`theirs ${String(index)}`)
  let clones = 0
  return {
    fork,
    git,
    /** A clone of the branch, as CI servers make it: `--depth` and what else is told. */
    async clone(...args: string[]) {
      const clone = folder.join(`clone-${String((clones += 1))}`)
      await git(folder.path, 'clone', '--quiet', ...args, `file://${remote}`, clone)
      return {
        path: clone,
        find: (bases: readonly Base[]) => findBase({ root: clone, run: createRun({ cwd: clone, env }) }, bases),
      }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test('a branch is compared with the commit where it left main', async () => {
  await using remote = await createRemote({ ours: 2, theirs: 3 })
  const clone = await remote.clone('--branch', 'try')
  expect(await clone.find([FORK])).toEqual({ commit: remote.fork, why: FORK.why })
})

test('the next candidate counts where the first is absent', async () => {
  await using remote = await createRemote({ ours: 1, theirs: 0 })
  const clone = await remote.clone('--branch', 'try')
  expect(await clone.find([{ ...FORK, revision: 'origin/next' }, FORK])).toMatchObject({ commit: remote.fork })
})

test.each([
  { ours: 2, theirs: 3 },
  { ours: 4, theirs: 1 },
  { ours: 1, theirs: 0 },
])(
  'a shallow clone is told the depth that reaches the base, and it does: $ours and $theirs commits apart',
  async (apart) => {
    await using remote = await createRemote(apart)
    const clone = await remote.clone('--branch', 'try', '--depth', '1')
    const depth = Math.max(apart.ours, apart.theirs) + 1
    const error = await clone.find([FORK]).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'CLI_HISTORY_SHALLOW', facts: { depth } })

    const { hint } = error as { hint: string }
    expect(hint).toMatch(
      new RegExp(`^git fetch --depth=${String(depth)} origin [0-9a-f]{40} main:refs/remotes/origin/main$`),
    )
    await remote.git(clone.path, ...hint.split(' ').slice(1))
    expect(await clone.find([FORK])).toMatchObject({ commit: remote.fork })
  },
)

test('one commit less than that depth does not reach it', async () => {
  await using remote = await createRemote({ ours: 4, theirs: 0 })
  const clone = await remote.clone('--branch', 'try', '--depth', '4', '--no-single-branch')
  await expect(clone.find([FORK])).rejects.toMatchObject({ facts: { depth: 5 } })
})

test('where the remote is away the whole history is to be fetched', async () => {
  await using remote = await createRemote({ ours: 1, theirs: 1 })
  const clone = await remote.clone('--branch', 'try', '--depth', '1')
  await remote.git(clone.path, 'remote', 'set-url', 'origin', 'file:///nowhere')
  await expect(clone.find([FORK])).rejects.toMatchObject({
    facts: { depth: undefined },
    hint: 'git fetch --unshallow --filter=blob:none origin',
  })
})

test('main of a shallow clone misses the commit before', async () => {
  await using remote = await createRemote({ ours: 0, theirs: 1 })
  const clone = await remote.clone('--depth', '1')
  await expect(clone.find([BEFORE])).rejects.toMatchObject({ code: 'CLI_HISTORY_SHALLOW', facts: { depth: 2 } })
})

test('before the very first commit there is nothing, and all is new', async () => {
  await using remote = await createRemote({ ours: 0, theirs: 0 })
  const clone = await remote.clone()
  await remote.git(clone.path, 'checkout', '--quiet', 'HEAD^')
  expect(await clone.find([BEFORE])).toBeUndefined()
})

test('a whole clone without the base says what it looked for', async () => {
  await using remote = await createRemote({ ours: 1, theirs: 0 })
  const clone = await remote.clone('--branch', 'try')
  await expect(clone.find([{ revision: 'v9', why: '', fork: false }])).rejects.toMatchObject({
    code: 'CLI_BASE_UNKNOWN',
    message: expect.stringContaining('v9') as string,
  })
})

test('a base that looks like an option is none', async () => {
  await using remote = await createRemote({ ours: 1, theirs: 0 })
  const clone = await remote.clone('--branch', 'try')
  const option = { revision: '--output=made', why: '', fork: true }
  await expect(clone.find([option])).rejects.toMatchObject({ code: 'CLI_BASE_UNKNOWN' })
})
