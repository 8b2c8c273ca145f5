import { readConfig } from '@mochi/service'
import { afterAll, describe, expect, test } from 'vitest'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'

const name = 'hello'
const { app } = createApp(readConfig(configSchema, { HELLO_GREETING: 'Good day' }))

afterAll(() => app.close())

describe(name, () => {
  test('greets whom it is told to greet, in the words of its configuration', async () => {
    const response = await app.inject('/hello/world')

    expect(response.json()).toEqual({ message: 'Good day, world' })
  })

  test('says that it is well', async () => {
    const response = await app.inject('/health')

    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({ name, status: 'ok' })
  })
})
