/** A program for tests under a launcher: a service of this library, or, called `naive`, what one would write without it. */
import { createServer } from 'node:http'
import { createService, runService, serviceConfig } from './index.ts'
import type { ConfigOf } from './index.ts'

if (process.argv[2] === 'naive') naive()
else await graceful()

async function graceful(): Promise<void> {
  const schema = serviceConfig('swapped', {})
  const create = (config: ConfigOf<typeof schema>) =>
    createService({
      config,
      manifest: { name: '@mochi/swapped', version: '0.0.0' },
      routes: (app) => void app.get('/pid', () => String(process.pid)),
    })
  process.exit(await runService({ schema, create, process }))
}

function naive(): void {
  const server = createServer((_request, response) => response.end(String(process.pid)))
  server.listen({ fd: 3 }, () => process.send?.({ type: 'ready' }))
  process.on('message', () => server.close(() => process.exit(0)))
}
