import { matchesGlob } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolders } from './index.ts'

test.each([
  ['apps/foo', true],
  ['libs/errors', true],
  ['tools/nx', true],
  ['toolchain', true],
  ['docs', true],
  ['apps', false],
  ['docs/guide', false],
  ['templates/lib', false],
  ['node_modules/a', false],
])('%s is the folder of a project: %s', (folder, is) => {
  expect(matchesGlob(`${folder}/package.json`, `${projectFolders}/package.json`)).toBe(is)
})
