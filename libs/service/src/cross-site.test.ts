import { describe, expect, test } from 'vitest'
import { isCrossSite } from './cross-site.ts'

const names = ['web.example.com', '*.svc.example.com']
const host = 'api.example.com'

describe('a request that changes something', () => {
  test.each([
    [{}],
    [{ origin: 'https://api.example.com' }],
    [{ origin: 'http://api.example.com:8080' }],
    [{ origin: 'https://web.example.com' }],
    [{ origin: 'https://n1.svc.example.com' }],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://web.example.com' }],
  ])('is taken with %j', (headers) => {
    expect(isCrossSite({ method: 'POST', headers: { host, ...headers } }, names)).toBe(false)
  })

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://api.example.com' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'https://api.example.com.evil.example' }],
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{ origin: 'https://evil.example/@api.example.com' }],
    [{ origin: 'file://api.example.com' }],
  ])('is refused with %j', (headers) => {
    expect(isCrossSite({ method: 'POST', headers: { host, ...headers } }, names)).toBe(true)
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'PURGE'])('may have the method %s', (method) => {
    expect(isCrossSite({ method, headers: { host, origin: 'https://evil.example' } }, names)).toBe(true)
  })
})

describe('a request that changes nothing', () => {
  const headers = { host, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }

  test.each(['GET', 'HEAD', 'OPTIONS'])('is taken from any site: %s', (method) => {
    expect(isCrossSite({ method, headers }, names)).toBe(false)
  })

  test.each([[{ accept: 'text/event-stream' }], [{ upgrade: 'websocket' }]])(
    'is refused when it opens a stream: %j',
    (stream) => {
      expect(isCrossSite({ method: 'GET', headers: { ...headers, ...stream } }, names)).toBe(true)
      expect(isCrossSite({ method: 'GET', headers: { host, origin: `https://${host}`, ...stream } }, names)).toBe(false)
    },
  )
})
