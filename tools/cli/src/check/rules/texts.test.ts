import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { focusedTests } from './focused-tests.ts'
import { hosts } from './hosts.ts'
import { machinePaths } from './machine-paths.ts'
import { marks } from './marks.ts'
import { sizes } from './sizes.ts'

test('the host of a registry is found in any file', () => {
  const host = ['registry', 'npmjs', 'org'].join('.')
  const workspace = madeUp({ 'README.md': `one\n\nhttps://${host}/left-pad\n`, 'pnpm-lock.yaml': `a: //${host}/\n` })
  expect(hosts(workspace)).toMatchObject([
    { file: 'README.md', line: 3 },
    { file: 'pnpm-lock.yaml', line: 1 },
  ])
})

test('hosts of examples, and longer names, are in order', () => {
  const longer = ['my', 'registry', 'npmjs', 'organic', 'example'].join('.')
  expect(hosts(madeUp({ 'a.md': `https://registry.example/ and ${longer}\n` }))).toEqual([])
})

test('the path of this checkout and of the user’s folder are found', () => {
  const files = { 'a.sh': 'cd /srv/ann/mochi\ncd /srv/ann/mochi/x\n', 'b.md': 'in /home/ann/.mochi\n' }
  const workspace = madeUp(files, { machinePaths: ['/srv/ann/mochi', '/home/ann'] })
  expect(machinePaths(workspace).map(({ file, line }) => [file, line])).toEqual([
    ['a.sh', 1],
    ['a.sh', 2],
    ['b.md', 1],
  ])
})

test('paths that belong to nobody are in order', () => {
  const workspace = madeUp({ 'a.sh': '/mochi /root /home/anna\n' }, { machinePaths: ['/root', '/home/ann'] })
  expect(machinePaths(workspace)).toEqual([])
})

test('a mark for later is found in code, shell and templates', () => {
  const mark = 'TO' + 'DO'
  const workspace = madeUp({
    'libs/a/src/a.ts': `\n// ${mark}: more\n`,
    mochi: `#!/bin/sh\n# ${mark}\n`,
    'templates/x.hbs': mark,
    'docs/style.md': `no ${mark}\n`,
    'libs/a/src/b.ts': `const ${mark}LIST = 1\n`,
  })
  expect(marks(workspace).map(({ file, line }) => `${file}:${String(line)}`)).toEqual([
    'libs/a/src/a.ts:2',
    'mochi:2',
    'templates/x.hbs:1',
  ])
})

test('a test that runs alone or not at all is found', () => {
  const text = ['test.only(', 'describe.skip(', 'it.concurrent.only(', 'test.todo(']
    .map((call) => `${call}'a')\n`)
    .join('')
  expect(focusedTests(madeUp({ 'libs/a/src/a.test.ts': text })).map(({ line }) => line)).toEqual([1, 2, 3, 4])
})

test('a test that says what it needs is in order, and so is a word in a text', () => {
  const text = "test.skipIf(lacks)('a', () => {})\nexpect('test.only(').toBe(1)\nmy.test.only()\n"
  expect(focusedTests(madeUp({ 'libs/a/src/a.test.ts': text, 'libs/a/src/a.ts': 'test.only()\n' }))).toEqual([])
})

test('a file past its size is found: 400 lines, 700 for tests, shell included', () => {
  const lines = (count: number) => 'x\n'.repeat(count)
  const workspace = madeUp({
    'libs/a/src/a.ts': lines(401),
    'libs/a/src/b.ts': lines(400),
    'libs/a/src/a.test.ts': lines(700),
    'libs/a/src/b.test.ts': lines(701),
    'toolchain/install': `#!/bin/sh\n${lines(400)}`,
    'toolchain/install-test.sh': lines(700),
    'docs/long.md': lines(900),
  })
  expect(
    sizes(workspace)
      .map(({ file }) => file)
      .sort(),
  ).toEqual(['libs/a/src/a.ts', 'libs/a/src/b.test.ts', 'toolchain/install'])
})
