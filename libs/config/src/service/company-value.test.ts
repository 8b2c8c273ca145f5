import { createFolder } from '@mochi/testing'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { CompanyScopes, loadServiceConfig } from '../index.ts'

const schema = Type.Object({ scopes: CompanyScopes() })

test("a service that asks for the company's scopes has those of mochi.json, and says so", async () => {
  await using folder = await createFolder({ 'mochi.json': '{ "scopes": ["@acme"], "domain": "example.com" }' })

  const { value, origins } = await loadServiceConfig({ schema, name: 'foo', root: folder.path, environment: {} })

  expect(value).toEqual({ scopes: ['@acme'] })
  expect(origins).toEqual({ scopes: { kind: 'file', file: 'mochi.json', line: 1, column: 13 } })
})

test('a service can be told others', async () => {
  const mochi = { scopes: ['@acme'], services: { foo: { scopes: ['@other'] } } }
  await using folder = await createFolder({ 'mochi.json': JSON.stringify(mochi) })
  const sources = { schema, name: 'foo', root: folder.path }

  expect((await loadServiceConfig({ ...sources, environment: {} })).value).toEqual({ scopes: ['@other'] })
  expect((await loadServiceConfig({ ...sources, environment: { FOO_SCOPES: '["@third"]' } })).value).toEqual({
    scopes: ['@third'],
  })
})

test('on a server, where there is no mochi.json, they have to be given', async () => {
  await expect(loadServiceConfig({ schema, name: 'foo', environment: {} })).rejects.toThrow(/FOO_SCOPES/)
})
