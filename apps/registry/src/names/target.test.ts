import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileNameOf, isPackageName, scopeOf } from './package-name.ts'
import { parseTarget } from './target.ts'

describe('a path', () => {
  test.each([
    ['/fastify', { kind: 'packument', name: 'fastify' }],
    ['/@types/node', { kind: 'packument', name: '@types/node' }],
    ['/@types%2fnode', { kind: 'packument', name: '@types/node' }],
    ['/@types%2Fnode', { kind: 'packument', name: '@types/node' }],
    ['/JSONStream', { kind: 'packument', name: 'JSONStream' }],
    ['/fastify/5.12.8', { kind: 'manifest', name: 'fastify', wanted: '5.12.8' }],
    ['/@types%2fnode/latest', { kind: 'manifest', name: '@types/node', wanted: 'latest' }],
    ['/fastify/-/fastify-5.12.8.tgz', { kind: 'tarball', name: 'fastify', version: '5.12.8' }],
    ['/@types/node/-/node-26.1.0.tgz', { kind: 'tarball', name: '@types/node', version: '26.1.0' }],
    ['/a/-/a-1.0.0-rc.1+build.5.tgz', { kind: 'tarball', name: 'a', version: '1.0.0-rc.1+build.5' }],
  ])('%s means what it says', (path, target) => {
    expect(parseTarget(path)).toEqual(target)
  })

  test.each([
    '/',
    '/-/ping',
    '/..',
    '/%2e%2e',
    '/..%2f..%2fetc%2fpasswd',
    '/@types',
    '/@types/',
    '/@types/..',
    '/@types%2f..',
    '/@%2f/a',
    '/a/-/b-1.0.0.tgz',
    '/a/-/a-..%2f1.tgz',
    '/a/-/a-1.0.0.tgz/more',
    '/a/../b',
    '/%E0%A4%A',
    '/fаstify', // a Cyrillic letter
    '/f%D0%B0stify',
    '/a%00b',
    '/a%2fb',
    '/__proto__',
    `/${'a'.repeat(215)}`,
    `/${'a'.repeat(10_240)}`,
    '/.hidden',
    '/a b',
    '',
  ])('%j means no package', (path) => {
    expect(parseTarget(path)).toBeUndefined()
  })

  test('never means a name that leads out of a folder, whatever it is', () => {
    const piece = fc.constantFrom('..', '.', '/', '%2f', '%2e', '@', 'a', '-', '\\', '\0', '%00', '%5c')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const target = parseTarget(`/${pieces.join('')}`)
        if (target === undefined) return
        expect(isPackageName(target.name)).toBe(true)
        expect(fileNameOf(target.name)).toMatch(/^[a-z0-9@~_%-][^/\\\0]*$/)
      }),
    )
  })
})

describe('the file of a package', () => {
  const name = fc.stringMatching(/^[A-Za-z_~-][A-Za-z0-9._~-]{0,8}$/).filter((text) => isPackageName(text))

  test('is another for each package, on disks that know no upper case too', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        fc.pre(one !== other)
        expect(fileNameOf(one).toLowerCase()).not.toBe(fileNameOf(other).toLowerCase())
      }),
    )
  })

  test('has no folder', () => {
    expect(fileNameOf('@types/node')).toBe('@types%2fnode')
  })
})

test('a scope is what stands before the slash', () => {
  expect([scopeOf('@types/node'), scopeOf('fastify')]).toEqual(['@types', undefined])
})
