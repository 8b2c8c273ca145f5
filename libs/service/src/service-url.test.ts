import { expect, test } from 'vitest'
import { urlOf } from './service-url.ts'

test('a socket of the file system has no URL but its path', () => {
  expect(urlOf('/run/hello.sock', 'http')).toBe('unix:/run/hello.sock')
  expect(urlOf({ address: '::1', family: 'IPv6', port: 1 }, 'https')).toBe('https://[::1]:1')
})
