import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { generators } from './generators.ts'

const collection = (...names: string[]) => new Map([['@nx/js', { peers: [], bins: [], generators: names }]])
const root = { 'package.json': { name: 'mochi', devDependencies: { '@nx/js': '1.0.0' } } }

test('a dependency of the root with a generator or alias of our names is found', () => {
  expect(generators(madeUp(root, { installed: collection('library', 'lib') }))).toMatchObject([
    { file: 'package.json', line: 4, message: expect.stringContaining('@nx/js has lib') },
  ])
})

test('a second collection in the workspace is found', () => {
  const workspace = madeUp({
    'tools/more/package.json': { name: '@mochi/more', generators: './generators.json' },
    'tools/more/generators.json': { generators: { service: { factory: './x' } } },
  })
  expect(generators(workspace)).toMatchObject([{ file: 'tools/more/generators.json' }])
})

test('our own collection, other names, and collections below the root are in order', () => {
  const workspace = madeUp(
    {
      ...root,
      'tools/nx/package.json': { name: '@mochi/nx', generators: './generators.json' },
      'tools/nx/generators.json': { generators: { service: {}, lib: {} } },
      'tools/more/package.json': { name: '@mochi/more', generators: './generators.json' },
      'tools/more/generators.json': { generators: { page: {} } },
    },
    { installed: collection('library') },
  )
  expect(generators(workspace)).toEqual([])
})
