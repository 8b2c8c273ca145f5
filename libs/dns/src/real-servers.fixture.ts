import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createFolder, startProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import type { Server, TsigKey } from './index.ts'

/** May change A, SRV and TXT at and below `hello.example`. */
export const nodeKey: TsigKey = { name: 'node-key', secret: Buffer.alloc(32, 'node') }
/** May change and read everything. */
export const operatorKey: TsigKey = { name: 'operator-key', secret: Buffer.alloc(32, 'operator') }

export type RealServer = AsyncDisposable & Server & { readonly folder: Folder }

const HOSTS = 3000
const ZONE = [
  '$TTL 5',
  'example. SOA ns.example. admin.example. 1 60 60 600 5',
  'example. NS ns.example.',
  'ns.example. A 127.0.0.1',
  ...Array.from({ length: HOSTS }, (_, index) => `host${index}.example. A 10.1.${index >> 8}.${index & 255}`),
  '',
].join('\n')

/** All records of the zone at the beginning, the SOA once. */
export const ZONE_RECORDS = HOSTS + 3

const base64 = ({ secret }: TsigKey) => Buffer.from(secret).toString('base64')

export async function startKnot(): Promise<RealServer> {
  const keys = [nodeKey, operatorKey].map(
    (key) => `  - id: ${key.name}\n    algorithm: hmac-sha256\n    secret: ${base64(key)}`,
  )
  const configure = (folder: string, port: number) => `server:
  rundir: ${folder}
  listen: 127.0.0.1@${port}
log:
  - target: stderr
    any: info
database:
  storage: ${folder}
key:
${keys.join('\n')}
acl:
  - id: nodes
    key: ${nodeKey.name}
    action: update
    update-type: [A, SRV, TXT]
    update-owner: name
    update-owner-match: sub-or-equal
    update-owner-name: [hello.example.]
  - id: operators
    key: ${operatorKey.name}
    action: [update, transfer]
zone:
  - domain: example
    file: ${folder}/zone
    acl: [nodes, operators]
    semantic-checks: off
`
  return await start({ configure, command: (file) => ['knotd', ['-c', file]], ready: /\[example\.\] loaded/ })
}

export async function startBind(): Promise<RealServer> {
  const keys = [nodeKey, operatorKey].map(
    (key) => `key ${key.name} { algorithm hmac-sha256; secret "${base64(key)}"; };`,
  )
  const configure = (folder: string, port: number) => `options {
  directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file none;
  session-keyfile none;
  recursion no;
  dnssec-validation no;
};
controls { };
${keys.join('\n')}
zone example {
  type primary;
  file "${folder}/zone";
  allow-transfer { key ${operatorKey.name}; };
  update-policy {
    grant ${nodeKey.name} subdomain hello.example. A SRV TXT;
    grant ${operatorKey.name} zonesub ANY;
  };
};
`
  return await start({ configure, command: (file) => ['named', ['-g', '-c', file]], ready: /^.* running$/m })
}

type Recipe = {
  configure: (folder: string, port: number) => string
  command: (file: string) => [string, string[]]
  ready: RegExp
}

async function start({ configure, command, ready }: Recipe): Promise<RealServer> {
  const port = await freePort()
  const folder = await createFolder()
  await folder.write({ zone: ZONE, conf: configure(folder.path, port) })
  const running = startProcess(...command(folder.join('conf')))
  const stop = async () => {
    await running[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  try {
    await running.waitFor(ready)
  } catch (error) {
    await stop()
    throw error
  }
  return { address: '127.0.0.1', port, folder, [Symbol.asyncDispose]: stop }
}

/** Neither server takes port 0: a port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
