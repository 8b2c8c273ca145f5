import { requireCommand } from '@mochi/testing'
import { LOOKS, startBrowser } from '@mochi/testing/browser'
import { describe, expect, test } from 'vitest'
import { startGit } from './git.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

const EVIL = '<img src=x onerror="document.title=1">&"\''

/** A mirror with something in every part of its pages. */
async function startUsed() {
  const upstream = await startUpstream()
  await upstream.commit('main', 'first')
  await upstream.commit('feature/a-branch-with-a-rather-long-name-that-somebody-gave-it', EVIL)
  await upstream.commit('Main', 'a name that some disks do not tell apart')
  await upstream.run(['tag', 'v1', 'main'])
  const git = await startGit({ repositories: { 'tools/up': upstream.url, never: upstream.url } })
  await git.sync('?source=git:tools/up')
  await upstream.run(['update-ref', '-d', 'refs/tags/v1'])
  await git.sync('?source=git:tools/up')
  return {
    git,
    page: async (path: string) => {
      const answer = await git.ask(path)
      return { answer, text: await answer.text() }
    },
    [Symbol.asyncDispose]: async () => {
      await git[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

test('the pages say how old each repository is, and what somebody should look at', async () => {
  await using rig = await startUsed()
  const index = (await rig.page('/')).text
  const { text } = await rig.page('/tools/up')

  for (const words of ['tools/up', 'never mirrored', 'to be looked at', 'some disks do not tell it from'])
    expect(index).toContain(words)
  const date = new Date().toISOString().slice(0, 10)
  for (const words of ['tools/up: tag v1', `${date}/tags/v1`, 'first', 'Ann', `git clone ${rig.git.url}/tools/up.git`])
    expect(text).toContain(words)
})

test('what upstream has written is text on them, and no script would run', async () => {
  await using rig = await startUsed()
  const { answer, text } = await rig.page('/tools/up')

  expect(text).not.toContain('<img')
  expect(text).toContain('&lt;img src=x')
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
})

test('a mirror without repositories, and a repository that was never mirrored, have pages too', async () => {
  await using git = await startGit({ repositories: { never: 'http://127.0.0.1:9/never.git' } })

  expect(await (await git.ask('/never')).text()).toContain('never mirrored')
  await using empty = await startGit({ repositories: {} })
  expect(await (await empty.ask('/')).text()).toContain('None.')
})

describe.runIf(requireCommand('chromium'))('in a browser', () => {
  test.each(LOOKS)('at $width pixels, $colorScheme, everything is in sight and readable', async (look) => {
    await using rig = await startUsed()
    await using browser = await startBrowser()
    for (const path of ['', '/tools/up']) {
      await using opened = await browser.open(`${rig.git.url}${path}`, look)
      expect(await opened.findFaults()).toEqual([])
    }
  })
})
