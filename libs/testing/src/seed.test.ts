import { expect, test } from 'vitest'
import { seedFromEnvironment, soakCount } from './seed.ts'

test('a seed given is taken, and printed with the way to repeat the run', () => {
  const said: string[] = []
  expect(seedFromEnvironment({ env: { MOCHI_SEED: '42' }, warn: (line) => said.push(line) })).toBe(42)
  expect(said).toEqual(['seed 42 (to repeat this run: MOCHI_SEED=42)'])
})

test('a seed of its own is another in every run, and printed', () => {
  const said: string[] = []
  const draw = () => seedFromEnvironment({ env: {}, warn: (line) => said.push(line) })
  const seeds = Array.from({ length: 4 }, draw)
  expect(new Set(seeds).size).toBeGreaterThan(1)
  expect(said.map((line) => /^seed (\d+) /.exec(line)?.[1])).toEqual(seeds.map(String))
})

test('a fault loop goes round as often as it says, and MOCHI_SOAK times as often in a long run', () => {
  expect(soakCount(10, {})).toBe(10)
  expect(soakCount(10, { MOCHI_SOAK: '' })).toBe(10)
  expect(soakCount(10, { MOCHI_SOAK: '30' })).toBe(300)
})

test('what is not a whole number is refused by name', () => {
  expect(() => soakCount(10, { MOCHI_SOAK: 'long' })).toThrow('MOCHI_SOAK must be a whole number, and is "long".')
  expect(() => seedFromEnvironment({ env: { MOCHI_SEED: '-1' } })).toThrow('MOCHI_SEED')
})
