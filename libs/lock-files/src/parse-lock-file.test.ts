import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { parseLockFile } from './index.ts'
import { berry, npm1, npm3, pnpm6, pnpm9, SHA1, SHA512, yarn1 } from './lock-files.fixture.ts'

const GIT = 'it comes from a git repository'
const ADDRESS = 'it is a tarball at an address of its own'
const FILE = 'it is a file or folder beside the project'

describe('what a registry has is named with its digest and its machines, whatever it is called', () => {
  test('by pnpm since version 9, in all of its documents', () => {
    expect(parseLockFile('pnpm-lock.yaml', pnpm9).packages).toEqual([
      {
        name: '@pnpm/exe.linux-x64',
        version: '12.0.0',
        integrity: SHA512,
        os: ['linux'],
        cpu: ['x64'],
        libc: ['glibc'],
      },
      { name: 'a', version: '1.0.0', integrity: SHA512 },
      { name: '@scope/b', version: '2.0.0-rc.1+build.5', integrity: SHA512 },
    ])
  })

  test('by pnpm 8', () => {
    expect(parseLockFile('team/pnpm-lock.yaml', pnpm6).packages).toEqual([
      { name: 'a', version: '1.0.0', integrity: SHA512 },
      { name: '@scope/b', version: '2.0.0', integrity: SHA512, os: ['darwin'] },
    ])
  })

  test('by npm since version 7', () => {
    expect(parseLockFile('package-lock.json', npm3).packages).toEqual([
      { name: 'a', version: '1.0.0', integrity: SHA512 },
      { name: 'a', version: '0.9.0', integrity: SHA1 },
      { name: '@scope/other', version: '2.0.0', integrity: SHA512, os: ['linux'], cpu: ['x64'] },
      { name: 'plain', version: '3.0.0', integrity: SHA512 },
    ])
  })

  test('by npm 5 and 6', () => {
    expect(parseLockFile('npm-shrinkwrap.json', npm1).packages).toEqual([
      { name: 'a', version: '1.0.0', integrity: SHA512 },
      { name: '@scope/other', version: '2.0.0' },
      { name: 'b', version: '1.0.0', integrity: SHA512 },
      { name: 'a', version: '0.9.0', integrity: SHA1 },
    ])
  })

  test('by yarn 1', () => {
    expect(parseLockFile('yarn.lock', yarn1).packages).toEqual([
      { name: 'a', version: '1.0.1', integrity: SHA512 },
      { name: '@scope/b', version: '2.0.0' },
      { name: '@scope/other', version: '2.1.0', integrity: SHA512 },
    ])
  })

  test('by yarn since version 2, which writes no digests of tarballs', () => {
    expect(parseLockFile('yarn.lock', berry).packages).toEqual([
      { name: 'a', version: '1.0.1' },
      { name: '@scope/b', version: '2.0.0', os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
      { name: 'c', version: '3.0.0' },
    ])
  })

  test('by the lock file of this workspace', async () => {
    const { packages, elsewhere } = parseLockFile(
      'pnpm-lock.yaml',
      await readFile(join(workspaceRoot, 'pnpm-lock.yaml'), 'utf8'),
    )
    expect(packages.length).toBeGreaterThan(500)
    expect(packages.every(({ integrity }) => integrity?.startsWith('sha512-'))).toBe(true)
    expect(elsewhere).toEqual([])
  })
})

describe('what no registry has is listed with what it is, and never left out', () => {
  test.each([
    [
      'pnpm',
      'pnpm-lock.yaml',
      pnpm9,
      [
        ['git-one@https://codeload.host.example/o/git-one/tar.gz/3f0d3c2b1a', GIT],
        ['git-two@git+https://host.example/git-two.git#3f0d3c2b1a', GIT],
        ['page@https://host.example/page.tgz', ADDRESS],
        ['beside@file:../beside', FILE],
      ],
    ],
    ['pnpm 8', 'pnpm-lock.yaml', pnpm6, [['github.com/o/git-one/3f0d3c2b1a', GIT]]],
    [
      'npm',
      'package-lock.json',
      npm3,
      [
        ['git-one@1.0.0', GIT],
        ['page@1.0.0', ADDRESS],
        ['beside@1.0.0', FILE],
      ],
    ],
    [
      'npm 6',
      'package-lock.json',
      npm1,
      [
        ['git-one@git+ssh://git@host.example/o/git-one.git#3f0d3c2b1a', GIT],
        ['beside@file:../beside', FILE],
      ],
    ],
    [
      'yarn 1',
      'yarn.lock',
      yarn1,
      [
        ['git-one@git+https://host.example/git-one.git', GIT],
        ['page@https://host.example/page.tgz', ADDRESS],
        ['beside@file:../beside', FILE],
      ],
    ],
    [
      'yarn',
      'yarn.lock',
      berry,
      [
        ['git-one@https://host.example/git-one.git#commit=3f0d3c2b1a', GIT],
        ['beside@file:../beside#../beside::hash=0123&locator=root%40workspace%3A.', FILE],
      ],
    ],
  ])('by %s', (_who, file, text, expected) => {
    expect(parseLockFile(file, text).elsewhere).toEqual(expected.map(([id, reason]) => ({ id, reason })))
  })
})

test('a version that stands in many places is named once, with the digest that one of them has', () => {
  const places = {
    'node_modules/x/node_modules/a': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: SHA512 },
    'node_modules/y/node_modules/a': { version: '1.0.0' },
  }
  const text = JSON.stringify({ lockfileVersion: 3, packages: places })

  expect(parseLockFile('package-lock.json', text).packages).toEqual([
    { name: 'a', version: '1.0.0', integrity: SHA512 },
  ])
})

describe('a lock file that cannot be understood is refused as a whole, and says where it is and why', () => {
  test.each([
    ['that is empty', 'pnpm-lock.yaml', '', 'an empty file'],
    ['that is cut', 'pnpm-lock.yaml', pnpm9.slice(0, 700), 'at line'],
    ['of another shape', 'pnpm-lock.yaml', 'a: 1\n', 'a document of another shape'],
    ['that is no JSON', 'package-lock.json', npm3.slice(0, 100), 'JSON'],
    ['that is other JSON', 'package-lock.json', '{"name":"a"}', 'JSON of another shape'],
    ['that is no yarn’s', 'yarn.lock', 'a:\n  version: 1.0.0\n', 'no lock file of yarn'],
    ['that is torn', 'yarn.lock', `${berry}\n"torn`, ''],
    ['with blocks of another shape', 'yarn.lock', '__metadata: 1\n', 'blocks of another shape'],
    ['amid a merge', 'yarn.lock', `<<<<<<< HEAD\n${yarn1}`, 'the marks of a merge with conflicts'],
    ['of nobody', 'Cargo.toml', '', 'a name that ends in neither .yaml, .json nor .lock'],
  ])('one %s', (_what, file, text, reason) => {
    expect(() => parseLockFile(file, text)).toThrow(
      expect.objectContaining({ code: 'LOCK_FILE_UNREADABLE', message: expect.stringContaining(reason) as string }),
    )
  })
})
