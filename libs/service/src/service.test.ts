import { createServer } from 'node:net'
import { listenOnFreePort } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createService } from './service.ts'
import { Type } from './index.ts'

describe('a service', () => {
  test('answers /health with its name, for everybody and never from a cache', async () => {
    const { app } = createService({ name: 'foo', routes: () => undefined })
    const response = await app.inject('/health')

    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({ name: 'foo', status: 'ok' })
    expect(response.headers['cache-control']).toBe('no-store')
  })

  test('checks what comes in against the schemas of its routes', async () => {
    const { app } = createService({
      name: 'foo',
      routes: (routes) => {
        const schema = { params: Type.Object({ count: Type.Integer() }) }
        routes.get('/double/:count', { schema }, (request) => ({ doubled: request.params.count * 2 }))
      },
    })

    expect((await app.inject('/double/21')).json()).toEqual({ doubled: 42 })
    expect((await app.inject('/double/many')).statusCode).toBe(400)
  })

  test('listens on loopback at the port it is given, and says where', async () => {
    const service = createService({ name: 'foo', routes: () => undefined })
    const running = await service.start({ host: '127.0.0.1', port: 0 })

    expect(await (await fetch(`${running.url}/health`)).json()).toEqual({ name: 'foo', status: 'ok' })
    await running.stop({ idleGrace: 0 })
    await expect(fetch(running.url)).rejects.toThrow()
  })

  test('refuses a taken port and names the service that holds it', async () => {
    const first = createService({ name: 'first', routes: () => undefined })
    const running = await first.start({ host: '127.0.0.1', port: 0 })
    const port = Number(new URL(running.url).port)
    const second = createService({ name: 'second', routes: () => undefined })

    await expect(second.start({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'SERVICE_PORT_TAKEN',
      message: `Expected 127.0.0.1:${port} to be free for second, found the service first listening there.`,
      hint: `lsof -nP -iTCP:${port} -sTCP:LISTEN, or set SECOND_PORT to another port`,
    })
    await running.stop({ idleGrace: 0 })
  })

  test('refuses a port that is held by something that answers nothing', { timeout: 20_000 }, async () => {
    await using holder = await listenOnFreePort(createServer())
    const service = createService({ name: 'foo', routes: () => undefined })

    await expect(service.start({ host: '127.0.0.1', port: holder.port })).rejects.toMatchObject({
      code: 'SERVICE_PORT_TAKEN',
      message: `Expected 127.0.0.1:${holder.port} to be free for foo, found another process listening there.`,
    })
  })

  test('refuses an address that is not this machine’s', async () => {
    const service = createService({ name: 'foo', routes: () => undefined })

    await expect(service.start({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'SERVICE_CANNOT_LISTEN',
      hint: 'set FOO_HOST and FOO_PORT',
    })
  })
})
