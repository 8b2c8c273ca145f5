import { EventEmitter } from 'node:events'
import { createServer } from 'node:net'
import { listenOnFreePort } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createService, runService, serviceConfig } from './index.ts'
import type { ServiceProcess } from './index.ts'

const schema = serviceConfig('foo', {})
const create = () => createService({ name: 'foo', routes: () => undefined })

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
    const stuck = () =>
      createService({
        name: 'foo',
        routes: (app) => {
          app.addHook('onClose', () => new Promise(() => undefined))
        },
      })
    const code = runService({ schema, create: stuck, process, idleGrace: 0, deadline: 0, closeGrace: 0 })
    await process.wrote('foo listens on')
    process.emit('SIGTERM')

    expect(await code).toBe(1)
    expect(process.output).toContain('an onClose hook had not ended at the deadline')
  })

  test('opens no port with a faulty configuration, says what to do, and ends with 1', async () => {
    const process = createProcess({ FOO_PORT: '70000' })

    expect(await runService({ schema, create, process })).toBe(1)
    expect(process.output).toMatch(
      /^error: .*found one fault:.*FOO_PORT: .*next: {2}mend FOO_PORT, or unset .*code: {2}SERVICE_CONFIG_INVALID/s,
    )
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

  test('does not hide a bug of the app behind an exit code', async () => {
    const broken = () => {
      throw new TypeError('a bug')
    }

    await expect(runService({ schema, create: broken, process: createProcess({}) })).rejects.toThrow('a bug')
  })
})

class FakeProcess extends EventEmitter implements ServiceProcess {
  readonly env
  output = ''
  readonly stdout = { write: (text: string) => this.#record(text) }
  readonly stderr = this.stdout

  constructor(env: Record<string, string>) {
    super()
    this.env = env
  }

  async wrote(wanted: string): Promise<void> {
    while (!this.output.includes(wanted)) await new Promise((resolve) => this.once('wrote', resolve))
  }

  #record(text: string): void {
    this.output += text
    this.emit('wrote')
  }
}

function createProcess(env: Record<string, string>): FakeProcess {
  return new FakeProcess(env)
}
