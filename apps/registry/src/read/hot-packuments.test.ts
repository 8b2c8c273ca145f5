import { expect, test } from 'vitest'
import { HotPackuments } from './hot-packuments.ts'
import type { HotPackument, Wanted } from './hot-packuments.ts'

const BYTES = 100_000

function wanted(name: string, base = 'http://127.0.0.1:4873'): Wanted {
  return { name, base, form: 'full', encoding: 'gzip' }
}

function packument(length: number): HotPackument {
  const body = Buffer.alloc(length)
  return { body, etag: '"a"', stamp: 'a', digest: 'a', due: 0, until: 0, awaySince: undefined }
}

test('however many addresses one package is asked for by, the others stay in memory', () => {
  const hot = new HotPackuments(BYTES)
  hot.set(wanted('a'), packument(10_000))
  const bases = Array.from({ length: 100 }, (_, index) => `http://a${index}.localhost:${index}`)
  for (const base of bases) hot.set(wanted('b', base), packument(10_000))

  expect(hot.get(wanted('a'))).toBeDefined()
  expect(bases.filter((base) => hot.get(wanted('b', base)) !== undefined)).toEqual(bases.slice(-3))
})

test('a package is given to each address as it was made for that', () => {
  const hot = new HotPackuments(BYTES)
  const [second, newer] = [packument(20), packument(30)]
  hot.set(wanted('a', 'first'), packument(10))
  hot.set(wanted('a', 'second'), second)
  hot.set(wanted('a', 'first'), newer)

  expect(hot.get(wanted('a', 'first'))).toBe(newer)
  expect(hot.get(wanted('a', 'second'))).toBe(second)
  expect(hot.get(wanted('a', 'third'))).toBeUndefined()
})

test('the largest that is kept is a quarter of the memory, by two addresses', () => {
  const hot = new HotPackuments(BYTES)
  const bases = ['first', 'second', 'third']
  for (const base of bases) hot.set(wanted('a', base), packument(24_000))
  hot.set(wanted('b'), packument(25_001))

  expect(bases.map((base) => hot.get(wanted('a', base)) !== undefined)).toEqual([false, true, true])
  expect(hot.get(wanted('b'))).toBeUndefined()
  expect(hot.bytes).toBeLessThanOrEqual(BYTES / 2)
})
