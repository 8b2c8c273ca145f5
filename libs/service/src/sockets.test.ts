import { describe, expect, test } from 'vitest'
import { forgetSockets, inheritedSockets } from './sockets.ts'

describe('the sockets that a launcher passes', () => {
  test.each([
    [{ LISTEN_FDS: '1' }, { public: 3 }],
    [{ LISTEN_FDS: '2' }, { public: 3, internal: 4 }],
    [{ LISTEN_FDS: '1', LISTEN_FDNAMES: 'public' }, { public: 3 }],
    [
      { LISTEN_FDS: '2', LISTEN_FDNAMES: 'public:internal' },
      { public: 3, internal: 4 },
    ],
    [
      { LISTEN_FDS: '2', LISTEN_FDNAMES: 'internal:public' },
      { public: 4, internal: 3 },
    ],
    [{ LISTEN_FDS: '1', LISTEN_FDNAMES: 'hello.socket' }, { public: 3 }],
    [{ LISTEN_FDS: '1', LISTEN_PID: '17' }, { public: 3 }],
  ])('%j are %j', (env, expected) => {
    expect(inheritedSockets(env, 17)).toEqual(expected)
  })

  test.each([[{}], [{ LISTEN_FDNAMES: 'public' }], [{ LISTEN_FDS: '1', LISTEN_PID: '18' }]])(
    'are none in %j',
    (env) => {
      expect(inheritedSockets(env, 17)).toBeUndefined()
    },
  )

  test.each([
    [{ LISTEN_FDS: '0' }],
    [{ LISTEN_FDS: '3' }],
    [{ LISTEN_FDS: 'two' }],
    [{ LISTEN_FDS: '1', LISTEN_FDNAMES: 'internal' }],
    [{ LISTEN_FDS: '1', LISTEN_FDNAMES: 'public:internal' }],
    [{ LISTEN_FDS: '2', LISTEN_FDNAMES: 'public:public' }],
    [{ LISTEN_FDS: '2', LISTEN_FDNAMES: 'public:other' }],
  ])('are refused as %j', (env) => {
    expect(() => inheritedSockets(env, 17)).toThrow(expect.objectContaining({ code: 'SERVICE_SOCKETS_INVALID' }))
  })

  test('are not handed on to what the service starts', () => {
    const env = { LISTEN_FDS: '1', LISTEN_FDNAMES: 'public', LISTEN_PID: '17', PATH: '/bin' }
    forgetSockets(env)

    expect(env).toEqual({ PATH: '/bin' })
  })
})
