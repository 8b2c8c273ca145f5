import { expect, test } from 'vitest'
import { startGit } from './git.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

test('a repository that is listed is mirrored, and cloned from here', async () => {
  await using upstream = await startUpstream()
  const tip = await upstream.commit('main', 'first')
  await upstream.run(['tag', 'v1', tip])
  await using git = await startGit({ repositories: { 'tools/up': upstream.url } })

  expect(await git.sync()).toMatchObject({ open: 0, results: [{ source: 'git:tools/up', failed: 0, fetched: 2 }] })
  expect(await git.clone('tools/up', 'clone')).toMatchObject({ code: 0 })
  expect((await git.git('-C', 'clone', 'rev-parse', 'HEAD', 'v1')).stdout).toBe(`${tip}\n${tip}\n`)
})
