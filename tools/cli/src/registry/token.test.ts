import { createFolder, isolatedEnvironment, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import { runTokenCreate, runTokenList, runTokenRevoke } from './token.ts'

const FLAGS = { name: 'ci', group: 'publish', scope: undefined, expires: '30d', json: false } as const

/** The platform of somebody whose registry was told where its data is. */
async function createPlatform(): Promise<Folder> {
  const folder = await createFolder()
  await folder.write({ 'prefix/var/service/registry/env/REGISTRY_DATA': `${folder.join('data')}\n` })
  return folder
}

function contextIn(folder: Folder) {
  const prefix = folder.join('prefix')
  return createTestContext({ root: workspaceRoot, prefix, env: isolatedEnvironment(folder.path), columns: 160 })
}

test('a token is printed alone, listed without its text, and taken back', { timeout: 60_000 }, async () => {
  await using folder = await createPlatform()
  const made = contextIn(folder)
  await runTokenCreate(made, FLAGS)
  const token = made.written.stdout.trim()
  const [, id = ''] = /once\. ([0-9a-f]{16}): publish, as ci, until /.exec(made.written.stderr) ?? []
  expect(token).toMatch(/^mochi_[\w-]{43}$/)

  const listed = contextIn(folder)
  await runTokenList(listed, { json: false })
  expect(listed.written.stdout).toMatch(new RegExp(`^${id} +ci +publish +all +\\d{4}-`, 'm'))
  expect(listed.written.stdout).not.toContain(token)

  await runTokenRevoke(contextIn(folder), { json: false }, id)
  const left = contextIn(folder)
  await runTokenList(left, { json: true })
  expect(JSON.parse(left.written.stdout)).toEqual({ tokens: [] })
  await expect(runTokenRevoke(contextIn(folder), { json: false }, id)).rejects.toMatchObject({
    code: 'CLI_REGISTRY_TOKEN_UNKNOWN',
  })
})

test.each([
  [{ ...FLAGS, expires: 'never' }, 'an end such as 12h or 30d'],
  [{ ...FLAGS, scope: '@nobody' }, 'a scope of the company'],
  [{ ...FLAGS, name: '-x' }, 'a name of letters'],
])('%j is refused', async (flags, words) => {
  await using folder = await createPlatform()

  await expect(runTokenCreate(contextIn(folder), flags)).rejects.toMatchObject({
    code: 'CLI_REGISTRY_TOKEN',
    message: expect.stringContaining(words) as string,
  })
})
