import { expect, test } from 'vitest'
import { measureDns } from './bench-dns.ts'

test('all rows are measured on both sides, and nothing is missing', async () => {
  const said: string[] = []
  const { results, missing } = await measureDns({ say: (line) => said.push(line) }, { pairs: 1, times: 2 })
  expect(results.map(({ pairs }) => pairs.every(({ ours, other }) => ours > 0 && other > 0))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(missing).toEqual([])
  expect(said).not.toEqual([])
})
