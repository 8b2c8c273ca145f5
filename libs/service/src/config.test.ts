import { localdevPort } from '@mochi/names'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { readConfig, serviceConfig, variableName } from './config.ts'

const schema = serviceConfig('user-profile', {
  greeting: Type.String({ default: 'Hello' }),
  maxItems: Type.Integer({ default: 10, minimum: 1 }),
  isLoud: Type.Boolean({ default: false }),
})

describe('the configuration of a service', () => {
  test('has defaults: loopback, the port of its name, and its own', () => {
    expect(readConfig(schema, {})).toEqual({
      host: '127.0.0.1',
      port: localdevPort('user-profile'),
      greeting: 'Hello',
      maxItems: 10,
      isLoud: false,
    })
  })

  test('has the port that its own values give in place of the one of its name', () => {
    const moved = serviceConfig('foo', { port: Type.Integer({ default: 31_999, minimum: 0, maximum: 65_535 }) })

    expect(readConfig(moved, {}).port).toBe(31_999)
    expect(readConfig(moved, { FOO_PORT: '0' }).port).toBe(0)
  })

  test('is overridden by the variables of its name, each as the type it has', () => {
    const environment = {
      USER_PROFILE_PORT: '8080',
      USER_PROFILE_MAX_ITEMS: '3',
      USER_PROFILE_IS_LOUD: 'true',
      PORT: '1',
      USER_PROFILE_OTHER: 'somebody else’s',
    }

    expect(readConfig(schema, environment)).toMatchObject({ port: 8080, maxItems: 3, isLoud: true, greeting: 'Hello' })
  })

  test('lists every fault at once, by variable, and repeats no value', () => {
    const environment = { USER_PROFILE_PORT: 'hunter2', USER_PROFILE_MAX_ITEMS: '0' }

    expect(() => readConfig(schema, environment)).toThrow(
      expect.objectContaining({
        code: 'SERVICE_CONFIG_INVALID',
        message: expect.stringMatching(/found 2 fault.*USER_PROFILE_PORT: .*USER_PROFILE_MAX_ITEMS: /s) as string,
      }),
    )
    expect(() => readConfig(schema, environment)).not.toThrow(/hunter2/)
  })

  test('names what lacks where a value has no default', () => {
    const strict = serviceConfig('foo', { token: Type.String() })

    expect(() => readConfig(strict, {})).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/one fault:\n {4}must .*token/) as string }),
    )
  })

  test('has no end at eight faults', () => {
    const keys = Array.from({ length: 12 }, (_, index) => `item${index}`)
    const own = Object.fromEntries(keys.map((key) => [key, Type.Integer({ default: 0 })]))
    const environment = Object.fromEntries(keys.map((key) => [variableName('many', key), 'x']))
    expect(() => readConfig(serviceConfig('many', own), environment)).toThrow(/found 12 fault.*MANY_ITEM11: /s)
  })

  test.each([
    ['foo', 'port', 'FOO_PORT'],
    ['user-profile', 'maxItems', 'USER_PROFILE_MAX_ITEMS'],
  ])('the variable of %s’s %s is %s', (name, key, expected) => {
    expect(variableName(name, key)).toBe(expected)
  })
})
