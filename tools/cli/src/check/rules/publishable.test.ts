import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { publishable } from './publishable.ts'

const exported = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
const good = { version: '0.1.0', license: 'MIT', files: ['dist'], publishConfig: { exports: exported } }

test('a library that is published says its version, licence and files, and exports JavaScript and types', () => {
  const sources = { ...good, publishConfig: { exports: './src/index.ts' } }
  const workspace = madeUp({
    'libs/a/package.json': { name: '@mochi/a' },
    'libs/b/package.json': { name: '@mochi/b', ...sources },
    'libs/c/package.json': { name: '@mochi/c', ...good },
    'tools/d/package.json': { name: '@mochi/d', private: true },
  })
  expect(publishable(workspace).map(({ message }) => message)).toEqual([
    'libs/a is published: expected a version in its package.json.',
    'libs/a is published: expected a license in its package.json.',
    'libs/a is published: expected "files" with "dist" in its package.json.',
    'libs/a is published: expected "publishConfig.exports" with JavaScript below dist in its package.json.',
    'libs/a is published: expected "publishConfig.exports" with types below dist in its package.json.',
    'libs/b is published: expected "publishConfig.exports" with JavaScript below dist in its package.json.',
    'libs/b is published: expected "publishConfig.exports" with types below dist in its package.json.',
  ])
})

test('what is published needs nothing that is private; what only its tests need may be', () => {
  const workspace = madeUp({
    'libs/a/package.json': { name: '@mochi/a', ...good, dependencies: { '@mochi/b': 'workspace:*' } },
    'libs/b/package.json': { name: '@mochi/b', private: true, dependencies: { '@mochi/c': 'workspace:*' } },
    'libs/c/package.json': { name: '@mochi/c', ...good, devDependencies: { '@mochi/b': 'workspace:*' } },
  })
  expect(publishable(workspace)).toMatchObject([
    {
      file: 'libs/a/package.json',
      line: 17,
      message: '@mochi/a is published and needs @mochi/b, which is private: nobody could install it.',
    },
  ])
})
