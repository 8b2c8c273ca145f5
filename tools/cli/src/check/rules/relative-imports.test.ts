import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { relativeImports } from './relative-imports.ts'

test('a path into a sibling package is found, and its name is said', () => {
  const workspace = madeUp({
    'libs/a/src/index.ts': "import { b } from '../../b/src/index.ts'\n",
    'libs/b/src/index.ts': '',
  })
  expect(relativeImports(workspace)).toMatchObject([
    { file: 'libs/a/src/index.ts', line: 1, mend: expect.stringContaining("'@mochi/b'") },
  ])
})

test('a path out of the package to a file of the root is found', () => {
  expect(relativeImports(madeUp({ 'libs/a/src/index.ts': "import '../../../mochi.json'\n" }))).toHaveLength(1)
})

test('paths within the package and imports of the root are in order', () => {
  const workspace = madeUp({
    'libs/a/src/index.ts': "import '../package.json'\nimport './b.ts'\n",
    'eslint.config.js': "export { default } from './tools/presets/src/eslint.ts'\n",
  })
  expect(relativeImports(workspace)).toEqual([])
})
