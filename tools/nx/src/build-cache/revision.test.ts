import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { findRevision } from './revision.ts'

const [ONE, OTHER] = ['1'.repeat(40), '2'.repeat(40)]

describe('what is built is', () => {
  test.each(['MOCHI_REVISION', 'GITHUB_SHA', 'CI_COMMIT_SHA'])('what CI says in %s', async (name) => {
    await using folder = await createFolder({ '.git/HEAD': `${OTHER}\n` })

    expect(await findRevision(folder.path, { [name]: ONE })).toBe(ONE)
    expect(await findRevision(folder.path, { [name]: 'main' })).toBe(OTHER)
  })

  test.each<[string, Record<string, string>]>([
    ['a commit that is checked out', { '.git/HEAD': `${ONE}\n` }],
    ['a branch', { '.git/HEAD': 'ref: refs/heads/a/b\n', '.git/refs/heads/a/b': `${ONE}\n` }],
    [
      'a packed branch',
      {
        '.git/HEAD': 'ref: refs/heads/a\n',
        '.git/packed-refs': `# pack-refs\n${OTHER} refs/heads/b/refs/heads/a\n${ONE} refs/heads/a\n`,
      },
    ],
    [
      'a branch in a worktree',
      {
        '.git': 'gitdir: main/.git/worktrees/one\n',
        'main/.git/worktrees/one/HEAD': 'ref: refs/heads/a\n',
        'main/.git/worktrees/one/commondir': '../..\n',
        'main/.git/refs/heads/a': `${ONE}\n`,
      },
    ],
    ['a commit of SHA-256', { '.git/HEAD': '3'.repeat(64) }],
  ])('what git has: %s', async (_, files) => {
    await using folder = await createFolder(files)

    expect(await findRevision(folder.path, {})).toBe(
      files['.git/HEAD']?.startsWith('3') === true ? '3'.repeat(64) : ONE,
    )
  })

  test.each<[string, Record<string, string>]>([
    ['there is no repository', {}],
    ['there is no commit yet', { '.git/HEAD': 'ref: refs/heads/main\n' }],
    ['references are in a table', { '.git/HEAD': 'ref: refs/heads/.invalid\n', '.git/reftable/tables.list': '' }],
    ['it is damaged', { '.git/HEAD': 'nonsense' }],
  ])('not known when %s', async (_, files) => {
    await using folder = await createFolder(files)

    expect(await findRevision(folder.path, {})).toBeUndefined()
  })
})
