import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fnv1a32 } from './fnv1a.ts'
import { localdevPort, platformPorts } from './index.ts'

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of %j is that of the published test vectors', (text, hash) => {
  expect(fnv1a32(text)).toBe(hash)
})

test('a port never changes: bookmarks, documents and other checkouts know it', () => {
  expect(localdevPort('a')).toBe(20_000 + (0xe40c292c % 10_000))
  expect(localdevPort('foobar')).toBe(20_000 + (0xbf9cf968 % 10_000))
})

test('a port lies from 20000 to 29999, whatever the name', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const port = localdevPort(name)
      return Number.isInteger(port) && port >= 20_000 && port <= 29_999
    }),
  )
})

test('the services of the platform have the ports that everybody knows', () => {
  expect(localdevPort('registry')).toBe(4873)
  expect(localdevPort('nameserver')).toBe(15_353)
})

test('no other name is given a port that the platform itself has', () => {
  expect(platformPorts).toEqual({ registry: 4873, nameserver: 15_353, udplog: 55_647 })
  expect(Object.values(platformPorts).filter((port) => port >= 20_000 && port <= 29_999)).toEqual([])
})

test('names that differ in one letter are spread: a thousand of them share a port no more often than chance allows', () => {
  const ports = Array.from({ length: 1000 }, (_, index) => localdevPort(`service${index}`))
  // 1000 balls in 10000 boxes fill 952 boxes on average, with a standard deviation of 6.
  expect(new Set(ports).size).toBeGreaterThan(930)
})
