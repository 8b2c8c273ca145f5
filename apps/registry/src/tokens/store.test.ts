import { readFile, stat } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { openTokenDatabase } from './database.ts'
import { createTokens } from './store.ts'
import type { Tokens } from './store.ts'
import { DAY } from './tokens.fixture.ts'

type Opened = AsyncDisposable & { tokens: Tokens; clock: { now: number }; file: string }

async function openTokens(): Promise<Opened> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await createFolder())
  const database = openTokenDatabase(folder.path)
  stack.defer(() => database.close())
  const clock = { now: 1_000 * DAY }
  const tokens = createTokens(database, () => clock.now)
  const all = stack.move()
  return { tokens, clock, file: folder.join('tokens.sqlite'), [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const ann = { name: 'ann', group: 'publish', scope: '@acme', expires: 1_010 * DAY } as const

describe('a token', () => {
  test('says who shows it, as long as it is good', async () => {
    await using opened = await openTokens()
    const { tokens, clock } = opened
    const { text, token } = tokens.create(ann)

    expect(text).toMatch(/^mochi_[\w-]{43}$/)
    expect(tokens.identify(`Bearer ${text}`)).toEqual({ name: 'ann', group: 'publish', scope: '@acme' })
    expect(tokens.list()).toEqual([token])
    clock.now = ann.expires
    expect(tokens.identify(`Bearer ${text}`)).toBeUndefined()
    expect(tokens.list()).toEqual([])
  })

  test('that was taken back says nothing', async () => {
    await using opened = await openTokens()
    const { tokens } = opened
    const { text, token } = tokens.create(ann)

    expect(tokens.revoke(token.id)).toBe(true)
    expect(tokens.identify(`Bearer ${text}`)).toBeUndefined()
    expect(tokens.revoke(token.id)).toBe(false)
  })

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer x',
    'Basic YTpi',
    `Bearer mochi_${'a'.repeat(43)}`,
    `mochi_${'a'.repeat(43)}`,
  ])('is not what %j holds', async (header) => {
    await using opened = await openTokens()
    opened.tokens.create(ann)

    expect(opened.tokens.identify(header)).toBeUndefined()
  })

  test('that begins with the same id as another and is another says nothing', async () => {
    await using opened = await openTokens()
    const { text } = opened.tokens.create(ann)
    const other = text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A')

    expect(opened.tokens.identify(`Bearer ${other}`)).toBeUndefined()
  })

  test('is nowhere in the database, which is for its owner alone', async () => {
    await using opened = await openTokens()
    const { text } = opened.tokens.create(ann)
    const files = await Promise.all(['', '-wal'].map((suffix) => readFile(`${opened.file}${suffix}`, 'latin1')))

    expect(files.join('')).not.toContain(text.slice(6, 30))
    expect((await stat(opened.file)).mode & 0o777).toBe(0o600)
  })

  test.each([
    [{ ...ann, name: 'a b' }, 'a name'],
    [{ ...ann, name: '' }, 'a name'],
    [{ ...ann, scope: 'acme' }, 'a scope'],
    [{ ...ann, scope: '@../x' }, 'a scope'],
    [{ ...ann, expires: 1_000 * DAY }, 'an end'],
    [{ ...ann, expires: 1_400 * DAY }, 'an end'],
    [{ ...ann, expires: Number.NaN }, 'an end'],
    [{ ...ann, name: '-', scope: '', expires: 0 }, 'a name.*a scope.*an end'],
  ])('like %j is not made', async (wanted, needs) => {
    await using opened = await openTokens()

    expect(() => opened.tokens.create(wanted)).toThrow(new RegExp(needs))
  })

  test('made in another process is known at once', async () => {
    await using opened = await openTokens()
    const database = openTokenDatabase(opened.file.replace('/tokens.sqlite', ''))
    const { text } = createTokens(database, () => opened.clock.now).create(ann)
    database.close()

    expect(opened.tokens.identify(`Bearer ${text}`)).toMatchObject({ name: 'ann' })
  })
})
