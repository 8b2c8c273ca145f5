import { describe, expect, test } from 'vitest'
import { forgetRelay, hideToken, isServerGiven, leadToRelay } from './variables.ts'

const SERVER = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER'
const ACCESS_TOKEN = 'NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN'
const opened = { url: 'http://127.0.0.1:4000/mochi-relay-abc', token: 'short' }

describe('a server is given by the user', () => {
  test.each([
    [undefined, false],
    ['', false],
    [opened.url, false],
    ['https://cache.example.com', true],
    ['http://127.0.0.1:4000/', true],
    ['http://cache.example.com/mochi-relay-abc', true],
    ['http://127.0.0.1:4000', true],
    ['no address', true],
  ])('%s: %s', (server, isGiven) => {
    expect(isServerGiven({ [SERVER]: server })).toBe(isGiven)
  })
})

describe('what leads to the relay', () => {
  test('is the address and a token that is good for nothing else', () => {
    const env = {}
    leadToRelay(env, opened)

    expect(env).toEqual({ [SERVER]: opened.url, [ACCESS_TOKEN]: 'short' })
  })

  test.each([
    [{ http_proxy: 'http://proxy.example' }, '127.0.0.1'],
    [{ ALL_PROXY: 'http://proxy.example', NO_PROXY: '.example' }, '.example,127.0.0.1'],
    [{ HTTP_PROXY: 'http://proxy.example', no_proxy: 'a,127.0.0.1' }, 'a,127.0.0.1'],
  ])('passes by the proxy of %j', (env, expected) => {
    leadToRelay(env, opened)

    expect(env).toMatchObject({ NO_PROXY: expected, no_proxy: expected })
  })

  test('is taken away where this run has none, and only that', () => {
    const [nested, given] = [{ [SERVER]: opened.url, [ACCESS_TOKEN]: 'a' }, { [SERVER]: 'https://cache.example.com' }]
    forgetRelay(nested)
    forgetRelay(given)

    expect(nested).toEqual({ [SERVER]: '', [ACCESS_TOKEN]: '' })
    expect(given).toEqual({ [SERVER]: 'https://cache.example.com' })
  })
})

test('the real token is taken away', () => {
  const env = { MOCHI_CACHE_TOKEN: 'secret', PATH: '/bin' }
  hideToken(env)
  hideToken({})

  expect(env).toEqual({ MOCHI_CACHE_TOKEN: '', PATH: '/bin' })
})

describe('where Nx hands on what is set', () => {
  test('it is handed on, and this process stays as it was', () => {
    const target: NodeJS.ProcessEnv = { MOCHI_CACHE_TOKEN: 'secret' }
    const { env, recorded } = asNxDoes(target)
    leadToRelay(env, opened)
    hideToken(env)

    expect(recorded).toEqual({ [SERVER]: opened.url, [ACCESS_TOKEN]: 'short', MOCHI_CACHE_TOKEN: '' })
    expect(target).toEqual({ MOCHI_CACHE_TOKEN: 'secret' })
  })

  test('that is so for the environment of a real process too', () => {
    const name = 'MOCHI_CACHE_TOKEN'
    process.env[name] = 'secret'
    hideToken(asNxDoes(process.env).env)
    const after = process.env[name]
    delete process.env['MOCHI_CACHE_TOKEN']

    expect(after).toBe('secret')
  })
})

/** nx/src/project-graph/plugins/loaded-nx-plugin. */
function asNxDoes(target: NodeJS.ProcessEnv): { env: NodeJS.ProcessEnv; recorded: Record<string, unknown> } {
  const recorded: Record<string, unknown> = {}
  const env = new Proxy(target, {
    set: (to, name, value: string) => {
      to[String(name)] = value
      recorded[String(name)] = value
      return true
    },
  })
  return { env, recorded }
}
