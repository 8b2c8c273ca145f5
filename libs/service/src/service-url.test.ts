import { expect, test } from 'vitest'
import { serviceUrl } from './service-url.ts'

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['localhost', 'http://localhost:8080'],
  ['::1', 'http://[::1]:8080'],
])('the URL of %s and a port is %s', (host, url) => {
  expect(serviceUrl({ host, port: 8080 })).toBe(url)
  expect(URL.canParse(url)).toBe(true)
})
