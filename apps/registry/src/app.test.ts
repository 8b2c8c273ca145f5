import { readConfig } from '@mochi/service'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import { startRegistry } from './registry.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

test('a client that asks whether it is there is answered, and told by which registry, as ./mochi reads it', async () => {
  await using folder = await createFolder()
  const { app } = createApp(readConfig(configSchema, { REGISTRY_DATA: folder.path, REGISTRY_SCOPES: '["@acme"]' }))

  const response = await app.inject('/-/ping')

  expect(response.statusCode).toBe(200)
  expect(response.body).toBe('{"registry":"mochi"}')
  await app.close()
})

test('the secret for the uplink is sent there, and configured as one', async () => {
  const heard: (string | undefined)[] = []
  await using upstream = await startUpstream()
  upstream.misbehave('*', (request, response) => {
    heard.push(request.headers.authorization)
    response.writeHead(404, { 'content-type': 'application/json' }).end()
  })
  const env = { REGISTRY_DATA: '/data', REGISTRY_SCOPES: '["@acme"]' }
  const { uplinkAuthorization = '' } = readConfig(configSchema, env, { uplinkAuthorization: 'Bearer hunter2' })
  await using registry = await startRegistry({ uplink: upstream.url, config: { uplinkAuthorization } })

  expect((await registry.get('/fastify')).status).toBe(404)

  expect(new Set(heard)).toEqual(new Set(['Bearer hunter2']))
  expect(() => readConfig(configSchema, { ...env, REGISTRY_UPLINK_AUTHORIZATION: 'Bearer hunter2' })).toThrow('secret')
})
