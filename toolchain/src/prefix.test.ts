import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { findGeneration, prefixCandidates } from './prefix.ts'

const generation = '0123456789abcdef'

test('a generation is looked for in MOCHI_PREFIX, /mochi and ~/.mochi', () => {
  const candidates = (named?: string) =>
    prefixCandidates({ environment: { MOCHI_PREFIX: named }, home: '/home/ada', cwd: '/repo' })
  expect(candidates('/opt/mochi/')).toEqual(['/opt/mochi', '/mochi', '/home/ada/.mochi'])
  expect(candidates('here')).toEqual(['/repo/here', '/mochi', '/home/ada/.mochi'])
  expect(candidates('/mochi')).toEqual(['/mochi', '/home/ada/.mochi'])
  for (const none of [undefined, '']) expect(candidates(none)).toEqual(['/mochi', '/home/ada/.mochi'])
})

test('the first prefix that holds it whole is the one', async () => {
  await using folder = await createFolder({
    [`first/env/${generation}/platform`]: 'linux-x64\n',
    [`second/env/${generation}/bin/node`]: '',
    [`third/env/${generation}/bin/node`]: '',
  })
  const prefixes = ['absent', 'first', 'second', 'third'].map((name) => folder.join(name))
  expect(findGeneration({ prefixes, generation })).toEqual({
    prefix: folder.join('second'),
    path: folder.join('second/env', generation),
  })
  expect(findGeneration({ prefixes, generation: 'fedcba9876543210' })).toBeUndefined()
})
