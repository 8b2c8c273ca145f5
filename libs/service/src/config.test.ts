import { localdevPort } from '@mochi/names'
import { createFolder } from '@mochi/testing'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { loadConfig, readConfig, Secret, serviceConfig, variableName } from './config.ts'

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
      hosts: [],
      logLevel: 'info',
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
        code: 'CONFIG_SERVICE_INVALID',
        message: expect.stringMatching(
          /has 2 faults.*USER_PROFILE_PORT expected .*USER_PROFILE_MAX_ITEMS expected /s,
        ) as string,
      }),
    )
    expect(() => readConfig(schema, environment)).not.toThrow(/hunter2/)
  })

  test('has no end at eight faults', () => {
    const keys = Array.from({ length: 12 }, (_, index) => `item${index}`)
    const own = Object.fromEntries(keys.map((key) => [key, Type.Integer({ default: 0 })]))
    const environment = Object.fromEntries(keys.map((key) => [variableName('many', key), 'x']))
    expect(() => readConfig(serviceConfig('many', own), environment)).toThrow(/has 12 faults.*MANY_ITEM11 expected /s)
  })

  test('takes secrets from a test that hands them in', () => {
    const sealed = serviceConfig('foo', { signet: Secret() })
    expect(readConfig(sealed, {}, { signet: 'long-enough' }).signet).toBe('long-enough')
    expect(() => readConfig(sealed, {})).toThrow(/for signet, found no such file/)
  })

  test('of a service that starts comes from its checkout, its prefix and its variables', async () => {
    await using folder = await createFolder({
      'mochi.json': '{ "services": { "foo": { "greeting": "Hi", "port": 1024 } } }',
      'prefix/etc/services/foo.json': '{ "port": 1025, "isLoud": true }',
    })
    const own = {
      greeting: Type.String(),
      isLoud: Type.Boolean({ default: false }),
      signet: Secret({ localdev: 'made' }),
    }
    const env = { FOO_HOST: '127.0.0.2', MOCHI_PREFIX: folder.join('prefix') }
    const process = { env, execPath: '/usr/bin/node', argv: ['node', folder.join('apps/foo/src/main.ts')] }

    const { value, origins, host } = await loadConfig(serviceConfig('foo', own), process)
    expect(value).toMatchObject({ greeting: 'Hi', port: 1025, isLoud: true, host: '127.0.0.2' })
    expect(value.signet).toHaveLength(43)
    expect(origins).toMatchObject({ greeting: { file: 'mochi.json' }, host: { variable: 'FOO_HOST' } })
    expect(host.flavor).toBe('localdev')
  })

  test.each([
    ['foo', 'port', 'FOO_PORT'],
    ['user-profile', 'maxItems', 'USER_PROFILE_MAX_ITEMS'],
  ])('the variable of %s’s %s is %s', (name, key, expected) => {
    expect(variableName(name, key)).toBe(expected)
  })
})
