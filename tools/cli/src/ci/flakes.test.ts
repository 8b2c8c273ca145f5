import { expect, test } from 'vitest'
import type { Flake } from '../report/report.ts'
import { mergeFlakes } from './flakes.ts'

const flake = (rest: Partial<Flake>): Flake => ({
  ...{ task: 'a:coverage', hash: '1', passed: 1, failed: 1, first: '2026-01-01', last: '2026-01-02' },
  ...rest,
})

test('of two accounts of one hash the longer one holds', () => {
  const longer = flake({ passed: 4 })
  expect(mergeFlakes([flake({}), longer])).toEqual([longer])
  expect(mergeFlakes([longer, flake({})])).toEqual([longer])
})

test('other hashes and tasks are flakes of their own, the latest first', () => {
  const all = [flake({}), flake({ hash: '2', last: '2026-01-03' }), flake({ task: 'b:coverage', last: '2026-01-04' })]
  expect(mergeFlakes(all).map(({ last }) => last)).toEqual(['2026-01-04', '2026-01-03', '2026-01-02'])
})
