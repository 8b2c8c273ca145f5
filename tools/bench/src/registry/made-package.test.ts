import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { makePackage, packumentOf } from './made-package.ts'

const made = makePackage('made', { count: 3, size: 5000 })

test('each version has bytes of its own, which nobody can compress', () => {
  const digests = made.versions.map(({ bytes }) => createHash('sha1').update(bytes).digest('hex'))
  expect(new Set(digests).size).toBe(3)
  for (const { bytes } of made.versions) {
    expect(bytes).toHaveLength(5000)
    expect(gzipSync(bytes).length).toBeGreaterThan(4900)
  }
  expect(makePackage('made', { count: 3, size: 5000 })).toEqual(made)
})

test('its packument says what clients check', () => {
  const packument = JSON.parse(packumentOf(made, 'http://127.0.0.1:1')) as {
    'dist-tags': object
    versions: Record<string, { dist: object }>
    time: Record<string, string>
  }
  expect(packument['dist-tags']).toEqual({ latest: '1.0.3' })
  const integrity = createHash('sha512')
    .update(made.versions[1]?.bytes ?? '')
    .digest('base64')
  expect(packument.versions['1.0.2']?.dist).toMatchObject({
    tarball: 'http://127.0.0.1:1/made/-/made-1.0.2.tgz',
    integrity: `sha512-${integrity}`,
  })
  expect(Object.keys(packument.time)).toEqual(['created', 'modified', '1.0.1', '1.0.2', '1.0.3'])
})
