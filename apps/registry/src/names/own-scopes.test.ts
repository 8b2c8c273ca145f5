import { expect, test } from 'vitest'
import { createMentionsOwn, createNamesOwn } from './own-scopes.ts'

const SCOPES = ['@acme', '@a.c']

test.each([
  ['@acme/billing', true],
  ['@acme', true],
  ['npm:@acme/billing@1.0.0', true],
  ['http://127.0.0.1:4873/%40acme%2fbilling', true],
  ['@ACME/Billing', true],
  ['\uff20acme/billing', true],
  ['@a.c/x', true],
  ['@abc/x', false],
  ['@acme-corp/billing', false],
  ['acme', false],
  ['fastify', false],
])('that %s names a package of the company is %s', (text, is) => {
  expect(createNamesOwn(SCOPES)(text)).toBe(is)
})

test.each([
  ['acme billing', true],
  ['scope:acme', true],
  ['billing of Acme', true],
  ['@acme/billing', true],
  ['acme-billing', true],
  ['acmeish', false],
  ['fastify', false],
])('that looking for %s mentions the company is %s', (text, is) => {
  expect(createMentionsOwn(SCOPES)(text)).toBe(is)
})

test('a company without scopes is named by nothing', () => {
  expect(createNamesOwn([])('@acme/billing')).toBe(false)
})
