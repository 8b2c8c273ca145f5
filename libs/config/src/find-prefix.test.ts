import { expect, test } from 'vitest'
import { findPrefix } from './index.ts'

test('the prefix is the one whose node runs the program', () => {
  const execPath = '/srv/mochi/opt/node/26.10.0-aaaaaaaaaaaa/bin/node'
  expect(findPrefix({ env: { MOCHI_PREFIX: '/other' }, execPath, home: '/home/ann' })).toBe('/srv/mochi')
})

test('for another node it is the one that is named', () => {
  expect(findPrefix({ env: { MOCHI_PREFIX: '/other' }, execPath: '/usr/bin/node', home: '/home/ann' })).toBe('/other')
})
