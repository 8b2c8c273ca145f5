import { expect, test } from 'vitest'
import { serviceUrl, urlOf } from './service-url.ts'

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['localhost', 'http://localhost:8080'],
  ['::1', 'http://[::1]:8080'],
])('the URL of %s and a port is %s', (host, url) => {
  expect(serviceUrl({ host, port: 8080 })).toBe(url)
  expect(URL.canParse(url)).toBe(true)
})

test('a socket of the file system has no URL but its path', () => {
  expect(urlOf('/run/hello.sock', 'http')).toBe('unix:/run/hello.sock')
  expect(urlOf({ address: '127.0.0.1', family: 'IPv4', port: 1 }, 'https')).toBe('https://127.0.0.1:1')
})
