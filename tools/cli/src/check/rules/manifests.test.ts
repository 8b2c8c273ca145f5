import { expect, test } from 'vitest'
import { planFixes } from '../plan-fixes.ts'
import { madeUp } from '../test-workspace.ts'
import { packageFiles } from './package-files.ts'
import { references } from './references.ts'
import { sorted } from './sorted.ts'
import { versions } from './versions.ts'

const good = {
  'libs/a/package.json': { name: '@mochi/a', description: 'Says hello' },
  'libs/a/README.md': '# @mochi/a\n\nSays hello to whoever calls.\n',
  'libs/a/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }\n',
}

test('a package needs a description, a README that says what it is, and a tsconfig', () => {
  const workspace = madeUp({
    'libs/a/package.json': { name: '@mochi/a' },
    'toolchain/README.md': '# Title\n\n## Next\n',
  })
  expect(packageFiles(workspace).map(({ file }) => file)).toEqual([
    'libs/a/package.json',
    'libs/a/README.md',
    'libs/a/tsconfig.json',
    'toolchain/package.json',
    'toolchain/README.md',
    'toolchain/tsconfig.json',
  ])
})

test('a tsconfig that is missing is written; one that extends something else is left for a person', () => {
  const lacking = madeUp({
    ...good,
    'toolchain/package.json': { name: '@mochi/toolchain', description: 'x' },
    'toolchain/README.md': '# a\n\nIt is.\n',
  })
  expect(planFixes(lacking, packageFiles(lacking))).toEqual([
    { path: 'toolchain/tsconfig.json', text: '{ "extends": "../tsconfig.base.json" }\n' },
  ])
  const other = madeUp({ ...good, 'libs/a/tsconfig.json': '{ "extends": "../b/tsconfig.json" }' })
  expect(packageFiles(other)).toMatchObject([{ file: 'libs/a/tsconfig.json', fix: undefined }])
})

test('a package that has all of them is in order', () => {
  expect(packageFiles(madeUp(good))).toEqual([])
})

test('one npm package has one version, exact, and ours are workspace:*', () => {
  const workspace = madeUp({
    'package.json': { name: 'mochi', devDependencies: { zed: '1.0.0', ts: 'npm:@typescript/typescript6@6.0.2' } },
    'libs/a/package.json': { name: '@mochi/a', dependencies: { zed: '1.0.1', '@mochi/b': '0.1.0' } },
    'libs/b/package.json': { name: '@mochi/b', dependencies: { range: '^2.0.0' }, peerDependencies: { zed: '>=1' } },
  })
  const findings = versions(workspace)
  expect(findings.map(({ message }) => message)).toEqual([
    '@mochi/b is a package of this workspace: expected "workspace:*", found "0.1.0".',
    'Versions are exact: expected a form such as 1.2.3 for range, found "^2.0.0".',
    'One version in the whole workspace: package.json has zed 1.0.0, this has 1.0.1.',
  ])
  expect(planFixes(workspace, findings)).toMatchObject([{ text: expect.stringContaining('"@mochi/b": "workspace:*"') }])
})

test('equal exact versions are in order', () => {
  const dependencies = { zed: '1.0.0', pre: '2.0.0-rc.1', alias: 'npm:typescript@7.0.2' }
  expect(
    versions(madeUp({ 'package.json': { devDependencies: dependencies }, 'libs/a/package.json': { dependencies } })),
  ).toEqual([])
})

test('dependencies out of order are found and sorted by code unit', () => {
  const workspace = madeUp({
    'package.json': { name: 'mochi', devDependencies: { b: '1.0.0', '@a/x': '1.0.0', a: '1.0.0', B: '1.0.0' } },
  })
  expect(sorted(workspace)).toMatchObject([{ file: 'package.json', line: 3 }])
  const [mended] = planFixes(workspace, sorted(workspace))
  const { devDependencies } = JSON.parse(mended?.text ?? '{}') as { devDependencies: object }
  expect(Object.keys(devDependencies)).toEqual(['@a/x', 'B', 'a', 'b'])
  expect(sorted(madeUp({ 'package.json': { devDependencies } }))).toEqual([])
})

test('a generated page that is stale or missing is found, and is written as it should be', () => {
  const workspace = madeUp({ 'docs/reference/a.md': 'old\n', 'docs/reference/b.md': 'same\n' })
  const generated = { 'docs/reference/a.md': 'new\n', 'docs/reference/b.md': 'same\n', 'docs/reference/c.md': 'more\n' }
  const findings = references(workspace, generated)
  expect(findings.map(({ file, message }) => [file, message])).toEqual([
    ['docs/reference/a.md', 'The file is generated, and its sources have changed since.'],
    ['docs/reference/c.md', 'The generated file is missing.'],
  ])
  expect(planFixes(workspace, findings)).toEqual([
    { path: 'docs/reference/a.md', text: 'new\n' },
    { path: 'docs/reference/c.md', text: 'more\n' },
  ])
})
