import { expect, test } from 'vitest'
import { serviceUrl } from './service-url.ts'

test.each([
  ['127.0.0.1', 'http', 'http://127.0.0.1:8080'],
  ['localhost', 'https', 'https://localhost:8080'],
  ['::1', 'http', 'http://[::1]:8080'],
] as const)('the URL of %s and a port by %s is %s', (host, scheme, url) => {
  expect(serviceUrl({ host, port: 8080 }, scheme)).toBe(url)
  expect(URL.canParse(url)).toBe(true)
})
