import { globSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { HOUR, WHO } from './company.fixture.ts'
import { createCompany } from './company.ts'
import { createCompanyServer } from './server.ts'
import { CompanyFolder } from './storage.ts'
import { Tombstones } from './tombstones.ts'
import { startVerdaccio } from './verdaccio.ts'

/** A process with the company's packages in a folder; a second argument makes it one that repairs nothing but locks. */
const [, , path = '', isNaive] = process.argv
const rules = { scopes: ['@acme'], bodyLimit: 1_000_000, unpublishWithin: 72 * HOUR }
const log = (level: string, message: string) => {
  console.error(level, message)
}
const identify = (header = '') => WHO[header.replace(/^Bearer /, '')]

const server = isNaive === undefined ? createServer(whole()) : await naive()
server.listen(0, '127.0.0.1', () =>
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)

function whole(): RequestListener {
  const company = createCompany({ folder: path, anonymousRead: false, log, ...rules })
  return (request, response) => void company.handle(request, response, identify(request.headers.authorization))
}

async function naive() {
  const folder = new CompanyFolder(`${path}/company`)
  await folder.make()
  for (const lock of globSync('**/*.lock', { cwd: folder.storage })) rmSync(join(folder.storage, lock))
  const tombstones = await Tombstones.open(folder.tombstones)
  const verdaccio = await startVerdaccio({ folder, scopes: rules.scopes, identify, log })
  return createCompanyServer({
    verdaccio,
    identify,
    folder,
    tombstones,
    rules,
    log,
    now: Date.now,
    onFault: () => undefined,
  })
}
