import { readConfig } from '@mochi/service'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'

test('a client that asks whether it is there is answered, and told by which registry, as ./mochi reads it', async () => {
  await using folder = await createFolder()
  const { app } = createApp(readConfig(configSchema, { REGISTRY_DATA: folder.path, REGISTRY_SCOPES: '["@acme"]' }))

  const response = await app.inject('/-/ping')

  expect(response.statusCode).toBe(200)
  expect(response.body).toBe('{"registry":"mochi"}')
  await app.close()
})
