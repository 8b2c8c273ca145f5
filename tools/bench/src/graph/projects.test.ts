import { expect, test } from 'vitest'
import { planProjects } from './projects.ts'

test('a project depends on two made before it, and says so in its package and its source', () => {
  const files = planProjects(7)
  expect(JSON.parse(files['libs/made-0007/package.json'] ?? '')).toMatchObject({
    name: '@mochi/made-0007',
    nx: { name: 'made-0007' },
    dependencies: { '@mochi/made-0003': 'workspace:*', '@mochi/made-0006': 'workspace:*' },
  })
  expect(files['libs/made-0007/src/index.ts']).toContain("from '@mochi/made-0006'")
  expect(files['libs/made-0007/src/index.ts']).toContain('= 7 + value3 + value6')
})

test('the first depends on nothing, the second on the first once', () => {
  const files = planProjects(2)
  expect(JSON.parse(files['libs/made-0001/package.json'] ?? '')).toMatchObject({ dependencies: {} })
  expect(JSON.parse(files['libs/made-0002/package.json'] ?? '')).toMatchObject({
    dependencies: { '@mochi/made-0001': 'workspace:*' },
  })
})

test('there are as many as were asked for', () => {
  expect(Object.keys(planProjects(1000)).filter((file) => file.endsWith('package.json'))).toHaveLength(1000)
})
