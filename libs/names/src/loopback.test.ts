import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLoopbackAddress, isLoopbackName } from './loopback.ts'

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::ffff:127.0.0.1', true],
  ['::FFFF:127.0.0.1', true],
  ['::1', true],
  ['10.0.0.1', false],
  ['128.0.0.1', false],
  ['::2', false],
  ['127.0.0.256', false],
  ['127.0.0.01', false],
  ['127.0.0', false],
  ['127.0.0.1.example', false],
  ['127.0.0.1\n', false],
  ['', false],
])('the address %j is this machine: %s', (address, expected) => {
  expect(isLoopbackAddress(address)).toBe(expected)
})

test('of the addresses of IPv4, those that begin with 127 are this machine', () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.constantFrom('127', '00', '07', '', 'x'))
  fc.assert(
    fc.property(fc.array(number, { minLength: 3, maxLength: 5 }), (numbers) => {
      const address = numbers.join('.')
      expect(isLoopbackAddress(address)).toBe(isIPv4(address) && address.startsWith('127.'))
    }),
  )
})

test.each([
  ['http://localhost:4873', true],
  ['http://LOCALHOST', true],
  ['http://127.1.2.3/npm', true],
  ['http://127.1', true],
  ['http://[::1]:80', true],
  ['http://hello.localhost', false],
  ['http://localhost.example', false],
  ['http://127.example', false],
  ['http://127.0.0.1.example', false],
  ['http://localhost@cache.example', false],
  ['http://[::2]', false],
  ['http://192.168.0.1', false],
])('the host of %s is this machine: %s', (url, expected) => {
  expect(isLoopbackName(new URL(url).hostname)).toBe(expected)
})

test('a host in no brackets is known too', () => {
  expect(isLoopbackName('::1')).toBe(true)
})
