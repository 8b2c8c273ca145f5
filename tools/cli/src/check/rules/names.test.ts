import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { names } from './names.ts'

test('folder, project and package have one name', () => {
  const workspace = madeUp({ 'libs/a/package.json': { name: '@mochi/b', nx: { name: 'c' } } })
  expect(names(workspace).map(({ message }) => message)).toEqual([
    'The package in libs/a is called @mochi/a; here it is called @mochi/b.',
    'The Nx project in libs/a is called a; here it is called c.',
  ])
})

test('a name stands once in all rooms together', () => {
  const workspace = madeUp({ 'apps/foo/src/a.ts': '', 'libs/foo/src/a.ts': '' })
  expect(names(workspace)).toMatchObject([{ message: expect.stringContaining('apps/foo and libs/foo') }])
})

test('an app’s name keeps the rule for names, and a near one is proposed', () => {
  const workspace = madeUp({ 'apps/Foo_bar/src/a.ts': '', 'apps/nx/src/a.ts': '' })
  expect(names(workspace)).toMatchObject([
    { file: 'apps/Foo_bar/package.json', mend: expect.stringContaining('foo-bar') },
    { file: 'apps/nx/package.json', message: expect.stringContaining('because') },
  ])
})

test('a package.json that is no JSON object is found, and the others are still looked at', () => {
  const workspace = madeUp({
    'libs/a/package.json': '{ "name": ',
    'libs/b/package.json': '[]',
    'libs/c/package.json': { name: 'c' },
  })
  expect(
    names(workspace)
      .map(({ file }) => file)
      .sort(),
  ).toEqual(['libs/a/package.json', 'libs/b/package.json', 'libs/c/package.json'])
})

test('packages in their places are in order; a package.json deeper down is none', () => {
  const workspace = madeUp({
    'apps/foo/package.json': { name: '@mochi/foo', nx: { name: 'foo' } },
    'toolchain/src/a.ts': '',
    'libs/a/fixture/package.json': { name: 'anything' },
  })
  expect(names(workspace)).toEqual([])
})
