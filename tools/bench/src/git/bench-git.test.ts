import { expect, test } from 'vitest'
import { measureGit } from './bench-git.ts'
import { createGitSite } from './git-site.ts'

test('mirrors and fetches of a made repository are measured, each from nothing and with news', async () => {
  await using site = await createGitSite({ commits: 50, files: 10, tags: 5 })
  const results = await measureGit(site, { say: () => undefined, pairs: 1 })

  expect(site.bytes).toBeGreaterThan(1_000)
  expect(results).toHaveLength(4)
  for (const { pairs } of results) expect(pairs.every(({ ours, other }) => ours > 0 && other > 0)).toBe(true)
})
