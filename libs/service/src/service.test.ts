import { createServer } from 'node:net'
import { listenOnFreePort } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { readConfig, serviceConfig, Type } from './index.ts'
import { createTestService } from './service.fixture.ts'

describe('a service', () => {
  test('checks what comes in against the schemas of its routes', async () => {
    const { app } = createTestService({
      routes: (routes) => {
        const schema = { params: Type.Object({ count: Type.Integer() }) }
        routes.get('/double/:count', { schema }, (request) => ({ doubled: request.params.count * 2 }))
      },
    })

    expect((await app.inject('/double/21')).json()).toEqual({ doubled: 42 })
    expect((await app.inject('/double/many')).statusCode).toBe(400)
  })

  test.each([
    { type: 'strnig' },
    { type: 'string', maxLength: 'many' },
    { type: 'string', maximal: 3 },
    { $ref: 'nowhere' },
  ])('does not start with the schema %j, which is none', async (who) => {
    const { app } = createTestService({
      routes: (routes) => {
        const schema = { params: { type: 'object', properties: { who } } }
        routes.get('/:who', { schema }, () => ({}))
      },
    })

    await expect(app.ready()).rejects.toMatchObject({ code: 'FST_ERR_SCH_VALIDATION_BUILD' })
  })

  test('has the name of its package, without the scope', () => {
    const config = readConfig(serviceConfig('foo', {}), {})
    expect(createTestService({ manifest: { name: '@acme/foo' }, config }).name).toBe('foo')
  })

  test('listens on loopback at the port it is given, and says where', async () => {
    const running = await createTestService().start()

    expect(await (await fetch(`${running.url}/health`)).json()).toMatchObject({ name: 'foo', status: 'ok' })
    await running.stop({ idleGrace: 0 })
    await expect(fetch(running.url)).rejects.toThrow()
  })

  test('refuses a taken port and names the service that holds it', async () => {
    const running = await createTestService({ manifest: { name: 'first' } }).start()
    const port = Number(new URL(running.url).port)
    const second = createTestService({ manifest: { name: 'second' }, config: { port } })

    await expect(second.start()).rejects.toMatchObject({
      code: 'SERVICE_PORT_TAKEN',
      message: `Expected 127.0.0.1:${port} to be free for second, found the service first listening there.`,
      hint: `lsof -nP -iTCP:${port} -sTCP:LISTEN, or set SECOND_PORT to another port`,
    })
    await running.stop({ idleGrace: 0 })
  })

  test(
    'refuses a port that is held by something that answers nothing, and names the process',
    { timeout: 20_000 },
    async () => {
      await using holder = await listenOnFreePort(createServer())

      await expect(createTestService({ config: { port: holder.port } }).start()).rejects.toMatchObject({
        code: 'SERVICE_PORT_TAKEN',
        message: expect.stringMatching(
          new RegExp(`${holder.port} to be free for foo, found process ${process.pid} \\(.+\\) listening there\\.$`),
        ) as string,
      })
    },
  )

  test('refuses an address that is not this machine’s', async () => {
    await expect(createTestService({ config: { host: '192.0.2.1' } }).start()).rejects.toMatchObject({
      code: 'SERVICE_CANNOT_LISTEN',
      hint: 'set FOO_HOST and FOO_PORT',
    })
  })

  test('refuses a descriptor that is no socket', async () => {
    await expect(createTestService().start({ sockets: { public: 0 } })).rejects.toMatchObject({
      code: 'SERVICE_SOCKET_UNUSABLE',
    })
  })
})
