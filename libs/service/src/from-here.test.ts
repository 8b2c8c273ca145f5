import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { isFromHere } from './index.ts'

const ask = (remoteAddress: string, headers: Record<string, string> = {}) =>
  isFromHere({ socket: { remoteAddress }, headers } as unknown as IncomingMessage)

test('a request is from here when it comes from loopback, and for nobody else', () => {
  expect(ask('127.0.0.1')).toBe(true)
  expect(ask('::ffff:127.0.0.1')).toBe(true)
  expect(ask('192.0.2.1')).toBe(false)
  expect(ask('127.0.0.1', { 'x-forwarded-for': '192.0.2.1' })).toBe(false)
  expect(ask('127.0.0.1', { forwarded: 'for=192.0.2.1' })).toBe(false)
})
