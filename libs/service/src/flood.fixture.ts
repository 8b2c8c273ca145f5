/** A program for tests: a service that has more to say at its end than any pipe holds, and does not wait for it. */
import { createService, runService, serviceConfig } from './index.ts'
import type { ServiceSettings } from './index.ts'

const create = (config: ServiceSettings) =>
  createService({ manifest: { name: 'flood' }, config, routes: () => undefined })

const code = await runService({ schema: serviceConfig('flood', {}), create, process, idleGrace: 0 })
process.stdout.write(`${'o'.repeat(8e6)}\n`)
process.stderr.write(`${'e'.repeat(8e6)}\n`)
process.exit(code)
