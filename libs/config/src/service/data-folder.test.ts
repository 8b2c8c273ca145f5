import { createFolder } from '@mochi/testing'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { DataFolder, inspectServiceConfig, loadServiceConfig, parseServiceConfig } from '../index.ts'

const schema = Type.Object({ data: DataFolder() })

test('a service keeps its data in the prefix under its name', async () => {
  const { value } = await loadServiceConfig({ schema, name: 'foo', prefix: '/nowhere', environment: {} })

  expect(value).toEqual({ data: '/nowhere/var/foo' })
})

test('who asks what a service is told learns which value is the folder of its data', async () => {
  const { keys, faults } = await inspectServiceConfig({ schema, name: 'foo', prefix: '/nowhere', environment: {} })

  expect(faults).toEqual([])
  expect(keys).toEqual([{ key: 'data', value: '/nowhere/var/foo', origin: { kind: 'default' }, isDataFolder: true }])
})

test.each([
  ['a file', {}, '/srv/file'],
  ['a variable, which wins over the file', { FOO_DATA: '/srv/variable' }, '/srv/variable'],
])('another folder comes from %s', async (_what, environment, data) => {
  await using prefix = await createFolder({ 'etc/services/foo.json': JSON.stringify({ data: '/srv/file' }) })
  const { value } = await loadServiceConfig({ schema, name: 'foo', prefix: prefix.path, environment })

  expect(value).toEqual({ data })
})

test('a folder that depends on where the service was started is refused', () => {
  expect(() => parseServiceConfig({ schema, name: 'foo', environment: { FOO_DATA: 'data' } })).toThrow(
    /FOO_DATA.*an absolute path/s,
  )
})

test('without a prefix the folder has to be given', () => {
  expect(() => parseServiceConfig({ schema, name: 'foo', environment: {} })).toThrow(/FOO_DATA/)
})
