import { expect, test } from 'vitest'
import { perfTime } from './perf-log.ts'

const output = `["a","b"]
Time taken for 'start-plugin-worker:@mochi/nx' 310.28ms
Time taken for '@mochi/nx:createNodes' 0.25ms
Time taken for '@mochi/nx:createNodes' 8.5ms
Time taken for 'createProjectGraphAsync' 4086.1550890000003ms
Time taken for 'createProjectGraphAsync >> retrieve-workspace-files' 0.93ms
Time taken for 'tiny' 5e-7ms
`

test('the times of a measure are added, those of others left out', () => {
  expect(perfTime(output, '@mochi/nx:createNodes')).toBe(8.75)
  expect(perfTime(output, 'createProjectGraphAsync')).toBe(4086.1550890000003)
  expect(perfTime(output, 'tiny')).toBe(5e-7)
})

test('a measure that is not there is no zero', () => {
  expect(() => perfTime(output, 'createNodes')).toThrow("no time for 'createNodes'")
})
