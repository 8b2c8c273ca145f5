/**
 * A program for tests: a server on a free port whose requests to `/slow` are answered when SIGUSR2 comes. `graceful`
 * is a service of this library; `naive` is what one would write without it.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createService, runService, serviceConfig } from './index.ts'
import type { ServiceSettings } from './index.ts'

const released = new Promise<string>((resolve) => process.once('SIGUSR2', () => resolve('slow')))

if (process.argv[2] === 'naive') naive()
else await graceful()

async function graceful(): Promise<void> {
  const create = (config: ServiceSettings) =>
    createService({
      manifest: { name: 'drained' },
      config,
      routes: (app) => {
        app.get('/quick', () => 'quick')
        app.get('/slow', () => {
          process.stdout.write('slow came in\n')
          return released
        })
      },
    })
  const schema = serviceConfig('drained', {})
  // No process.exit: what keeps it alive after a drain would be a fault.
  process.exitCode = await runService({ schema, create, process, idleGrace: 5_000, deadline: 20_000 })
}

function naive(): void {
  const server = createServer((request, response) => {
    if (request.url === '/quick') response.end('quick')
    else {
      process.stdout.write('slow came in\n')
      void released.then((text) => response.end(text))
    }
  })
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`drained listens on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
  })
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0))
    process.stdout.write('drained stops: SIGTERM\n')
  })
}
