import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'

test('each side is measured once in each round, and each begins one', async () => {
  const log: string[] = []
  const side = (name: string) => () => Promise.resolve(log.push(name))
  const rounds = await inTurn(4, { a: side('a'), b: side('b'), c: side('c') })

  expect(log.join('')).toBe('abcbcacababc')
  expect(rounds).toEqual([
    { a: 1, b: 2, c: 3 },
    { b: 4, c: 5, a: 6 },
    { c: 7, a: 8, b: 9 },
    { a: 10, b: 11, c: 12 },
  ])
})
