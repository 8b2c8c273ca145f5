import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { rootTools } from './root-tools.ts'

const devDependencies = { eslint: '1.0.0', 'tsc-native': '1.0.0', spare: '1.0.0', '@types/node': '1.0.0' }
const installed = new Map([['tsc-native', { peers: [], bins: ['tsc'], generators: [] }]])

test('a tool that no file runs is found; a mention in prose is no use', () => {
  const workspace = madeUp(
    {
      'package.json': { name: 'mochi', devDependencies },
      'README.md': 'We like spare.\n',
      'tools/nx/src/targets.ts':
        'const run = `../../node_modules/.bin/eslint .` + ` ../../node_modules/.bin/tsc -p .`\n',
    },
    { installed },
  )
  expect(rootTools(workspace)).toMatchObject([{ line: 6, message: expect.stringContaining("'spare'") }])
})

test('tools that are run by their name or by a command of theirs are in order', () => {
  const workspace = madeUp(
    {
      'package.json': { name: 'mochi', devDependencies },
      'lefthook.yml': 'run: ./mochi exec -- spare\n',
      'run.sh': 'node_modules/.bin/eslint . && tsc -p .\n',
    },
    { installed },
  )
  expect(rootTools(workspace)).toEqual([])
})

test('part of a longer name is no use', () => {
  const workspace = madeUp({
    'package.json': { name: 'mochi', devDependencies: { eslint: '1.0.0' } },
    'run.sh': 'typescript-eslint eslint-config\n',
  })
  expect(rootTools(workspace)).toHaveLength(1)
})
