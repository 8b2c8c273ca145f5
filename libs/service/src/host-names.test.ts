import { describe, expect, test } from 'vitest'
import { createHostCheck, hostName } from './host-names.ts'

describe('a service with the names api.example.com and *.svc.example.com, asked at 10.0.0.7', () => {
  const here = { localAddress: '10.0.0.7' }
  const isOurs = createHostCheck(['api.example.com', '*.svc.example.com'])

  test.each([
    'localhost',
    'localhost:21723',
    'hello.localhost:21723',
    '127.0.0.1:80',
    '127.8.8.8',
    '[::1]:8080',
    '10.0.0.7:8080',
    'api.example.com',
    'API.Example.COM.:443',
    'n1.svc.example.com',
    'a.b.svc.example.com:80',
  ])('answers to %s', (host) => {
    expect(isOurs(host, here)).toBe(true)
  })

  test.each([
    'evil.example',
    'example.com',
    'svc.example.com',
    'xapi.example.com',
    'api.example.com.evil.example',
    'evilsvc.example.com',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.8',
    '128.0.0.1',
    '',
    'a b',
    'evil.example@localhost',
    'localhost:80:80',
  ])('does not answer to %j', (host) => {
    expect(isOurs(host, here)).toBe(false)
  })

  test('answers a request without a name, as HTTP/1.0 has it', () => {
    expect(isOurs(undefined, here)).toBe(true)
  })

  test('does not fill its memory with spellings', () => {
    const spellings = Array.from({ length: 3_000 }, (_, index) => `n${index}.svc.example.com`)
    expect(spellings.every((host) => isOurs(host))).toBe(true)
  })
})

test.each([
  ['a.example:1', 'a.example'],
  ['A.example.', 'a.example'],
  ['[::1]:80', '::1'],
  ['::1', undefined],
  ['http://a', undefined],
])('the name in %s is %s', (host, expected) => {
  expect(hostName(host)).toBe(expected)
})
