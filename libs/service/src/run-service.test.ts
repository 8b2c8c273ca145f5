import { EventEmitter } from 'node:events'
import { createServer } from 'node:net'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createService, runService, serviceConfig } from './index.ts'
import type { ServiceProcess, ServiceSettings } from './index.ts'
import { ask } from './raw.fixture.ts'

const schema = serviceConfig('foo', {})
const manifest = { name: 'foo' }
const create = (config: ServiceSettings) => createService({ manifest, config, routes: () => undefined })

describe('running a service', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('says where it listens and ends with 0 after %s', async (signal) => {
    const process = createProcess({ FOO_PORT: '0' })
    const code = runService({ schema, create, process, idleGrace: 0 })
    await process.wrote('foo listens on http://127.0.0.1:')
    process.emit(signal)

    expect(await code).toBe(0)
    expect(process.output).toContain(`foo stops: ${signal}\n`)
    expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(0)
  })

  test('says that a hook of its own never ended, does not wait for it, and ends with 1', async () => {
    const process = createProcess({ FOO_PORT: '0' })
    const stuck = (config: ServiceSettings) =>
      createService({
        ...{ manifest, config },
        routes: (app) => {
          app.addHook('onClose', () => new Promise(() => undefined))
        },
      })
    const code = runService({ schema, create: stuck, process, idleGrace: 0, deadline: 0, closeGrace: 0 })
    await process.wrote('foo listens on')
    process.emit('SIGTERM')

    expect(await code).toBe(1)
    expect(process.output).toContain('hook had not ended at the deadline')
  })

  test('opens no port with a faulty configuration, says what to do, and ends with 1', async () => {
    const process = createProcess({ FOO_PORT: '70000' })

    expect(await runService({ schema, create, process })).toBe(1)
    expect(process.output).toMatch(/^error: .*FOO_PORT expected .*code: {2}CONFIG_SERVICE_INVALID/s)
  })

  test('warns of a variable that was probably meant to be one of its own', async () => {
    const process = createProcess({ FOO_PORT: '70000', FOO_HSOT: '::1', FOO_HOME: '/' })
    await runService({ schema, create, process })

    expect(process.output).toMatch(/^warning: FOO_HSOT means nothing to foo; did you mean FOO_HOST\?\nerror: /)
  })

  test('says which port is taken, and ends with 1', async () => {
    await using holder = await listenOnFreePort(createServer((socket) => socket.end()))
    const process = createProcess({ FOO_PORT: String(holder.port) })

    expect(await runService({ schema, create, process })).toBe(1)
    expect(process.output).toContain(`127.0.0.1:${holder.port}`)
    expect(process.output).toContain('SERVICE_PORT_TAKEN')
  })

  test('understands which sockets it is given before it opens any', async () => {
    const process = createProcess({ LISTEN_FDS: '7' })

    expect(await runService({ schema, create, process })).toBe(1)
    expect(process.output).toContain('SERVICE_SOCKETS_INVALID')
  })

  test('says when it is given the sockets of another process, opens its own, and hands none on', async () => {
    const process = createProcess({ FOO_PORT: '0', LISTEN_FDS: '1', LISTEN_PID: '1' })
    const code = runService({ schema, create, process, idleGrace: 0 })
    await process.wrote('foo listens on')
    process.emit('SIGTERM')

    expect(await code).toBe(0)
    expect(process.env).not.toHaveProperty('LISTEN_FDS')
    expect(process.output).toMatch(
      /^warning: the sockets of LISTEN_FDS are those of process 1, not of this one\nfoo listens/,
    )
  })

  test('leaves a hang-up to end the process, without a certificate to read anew', async () => {
    const process = createProcess({ FOO_PORT: '0' })
    const code = runService({ schema, create, process, idleGrace: 0 })
    await process.wrote('foo listens on')

    expect(process.listenerCount('SIGHUP')).toBe(0)
    process.emit('SIGTERM')
    expect(await code).toBe(0)
  })

  test('answers to the names of the company that its checkout belongs to', async () => {
    await using folder = await createFolder({ 'mochi.json': '{ "scopes": ["@acme"], "domain": "acme.example" }' })
    const process = createProcess({ FOO_PORT: '0' }, folder.join('apps/foo/src/main.ts'))
    const code = runService({ schema, create, process, idleGrace: 0 })
    const [url = ''] = /http:\S+/.exec(await process.wrote('foo listens on')) ?? []
    const status = async (host: string) => (await ask(`${url}/health`, { headers: { host } })).status

    expect(await Promise.all(['acme.example', 'foo.acme.example', 'example'].map(status))).toEqual([200, 200, 421])
    process.emit('SIGTERM')
    expect(await code).toBe(0)
  })

  test.each([
    ['localdev', 200],
    ['prod', 404],
  ])('answers the inside, and is made, as its host says what it is: %s', async (flavor, expected) => {
    const host = JSON.stringify({ idc: flavor === 'prod' ? 'us1' : 'local', flavor, address: '10.0.3.7' })
    await using prefix = await createFolder({ 'etc/host.json': host })
    const process = createProcess({ FOO_PORT: '0', MOCHI_PREFIX: prefix.path })
    const made: unknown[] = []
    const noted = (config: ServiceSettings, of: unknown) => {
      made.push(of)
      return create(config)
    }
    const code = runService({ schema, create: noted, process, idleGrace: 0 })
    const [url = ''] = /http:\S+/.exec(await process.wrote('foo listens on')) ?? []

    expect((await ask(`${url}/stats`)).status).toBe(expected)
    expect(made).toEqual([{ flavor }])
    process.emit('SIGTERM')
    expect(await code).toBe(0)
  })

  test('does not hide a bug of the app behind an exit code', async () => {
    const broken = () => {
      throw new TypeError('a bug')
    }

    await expect(runService({ schema, create: broken, process: createProcess({}) })).rejects.toThrow('a bug')
  })
})

class FakeProcess extends EventEmitter implements ServiceProcess {
  readonly env: Record<string, string | undefined>
  readonly pid = 4711
  readonly execPath = '/nowhere/node'
  readonly argv: readonly string[]
  output = ''
  readonly stdout = { write: (text: string) => this.#record(text) }
  readonly stderr = this.stdout

  constructor(env: Record<string, string>, program: string) {
    super()
    this.argv = ['/nowhere/node', program]
    this.env = { MOCHI_PREFIX: '/nowhere', ...env }
  }

  async wrote(wanted: string): Promise<string> {
    while (!this.output.includes(wanted)) await new Promise((resolve) => this.once('wrote', resolve))
    return this.output
  }

  #record(text: string): void {
    this.output += text
    this.emit('wrote')
  }
}

function createProcess(env: Record<string, string>, program = '/nowhere/main.js'): FakeProcess {
  return new FakeProcess(env, program)
}
