import { createFolder, isolatedEnvironment, runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { openTokenDatabase } from './database.ts'
import type { ShownToken } from './token-command.ts'
import { createTokens } from './store.ts'

const DAY = 86_400_000

async function token(data: string, ...args: string[]) {
  const env = isolatedEnvironment(data, { REGISTRY_DATA: data, REGISTRY_SCOPES: '["@acme"]' })
  const program = new URL('../programs/token.ts', import.meta.url).pathname
  const { code, stdout } = await runProcess(process.execPath, [program, ...args], { env })
  const answer = JSON.parse(stdout) as { tokens?: ShownToken[]; revoked?: boolean; error?: { message: string } }
  return { code, ...answer }
}

test('a token that is made at the command line lets its holder in until it is taken back there', async () => {
  await using folder = await createFolder()
  const [made] =
    (await token(folder.path, 'create', '--name', 'ci', '--group', 'publish', '--scope', '@acme')).tokens ?? []
  using database = openTokenDatabase(folder.path)
  const tokens = createTokens(database, Date.now)

  expect(tokens.identify(`Bearer ${made?.text ?? ''}`)).toEqual({ name: 'ci', group: 'publish', scope: '@acme' })
  expect(Math.round((Date.parse(made?.expires ?? '') - Date.now()) / DAY)).toBe(30)

  const listed = await token(folder.path, 'list')
  expect(listed.tokens).toMatchObject([{ id: made?.id, name: 'ci', group: 'publish' }])
  expect(JSON.stringify(listed)).not.toContain(made?.text)

  expect(await token(folder.path, 'revoke', made?.id ?? '')).toMatchObject({ code: 0, revoked: true })
  expect(tokens.identify(`Bearer ${made?.text ?? ''}`)).toBeUndefined()
  expect(await token(folder.path, 'revoke', made?.id ?? '')).toMatchObject({ revoked: false })
})

test.each([
  [['create', '--name', 'ci', '--group', 'root'], 'a group of read, publish, admin (found "root")'],
  [
    ['create', '--name', 'ci', '--group', 'read', '--scope', '@other'],
    'a scope of the company: @acme (found "@other")',
  ],
  [['create', '--name', 'ci', '--group', 'read', '--expires', 'never'], 'an end such as 12h or 30d (found "never")'],
  [['create', '--name', 'ci', '--group', 'read', '--expires', '400d'], 'an end within a year (found one in 400 days)'],
  [['create', '--name', 'ci', '--group', 'read', '--expires', '0'], 'an end within a year'],
  [['create', '--group', 'read'], 'a name of letters, digits, dots and dashes (found "")'],
  [['make'], 'create, list or revoke ID (found "make")'],
  [['list', '--all'], '--all'],
])('%j is refused', async (args, words) => {
  await using folder = await createFolder()
  const { code, error } = await token(folder.path, ...args)

  expect(code).toBe(1)
  expect(error?.message).toContain(words)
})
