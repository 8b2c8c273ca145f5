import { readConfig } from '@mochi/service'
import { afterAll, describe, expect, test } from 'vitest'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'

const name = 'hello'
const environment = { HELLO_GREETING: 'Good day' }
const { app } = createApp(readConfig(configSchema, environment, { sealKey: 'a key of this test' }))

afterAll(() => app.close())

describe(name, () => {
  test('greets whom it is told to greet, in the words of its configuration', async () => {
    const response = await app.inject('/hello/world')

    expect(response.json()).toEqual({ message: 'Good day, world' })
  })

  test('seals a greeting with its secret', async () => {
    const response = await app.inject('/hello/world')
    const { app: other } = createApp(readConfig(configSchema, environment, { sealKey: 'another key' }))

    expect(response.headers['x-seal']).toMatch(/^[\w-]{43}$/)
    expect((await other.inject('/hello/world')).headers['x-seal']).not.toBe(response.headers['x-seal'])
  })

  test('says what is wrong with a request', async () => {
    const response = await app.inject(`/hello/${'x'.repeat(101)}`)

    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ in: 'params', pointer: '/who' }] })
  })

  test('says that it is well', async () => {
    const response = await app.inject('/health')

    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ name, status: 'ok' })
  })
})
