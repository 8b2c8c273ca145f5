import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { createFolder, listenOnFreePort, requireCommand, runProcess, startService } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { packumentOf, sendJson } from '../upstream.fixture.ts'

/** That no machine finds without the proxy. */
const HOST = 'upstream.example.test'
const UPLINK = `https://${HOST}`

/** An upstream with a certificate of its own, behind a proxy that alone knows where it is. */
async function startNetwork() {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const [key, cert] = [folder.join('key.pem'), folder.join('cert.pem')]
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`]
  const { code, stderr } = await runProcess('openssl', [
    ...made,
    ...['-addext', `subjectAltName=DNS:${HOST}`, '-keyout', key, '-out', cert],
  ])
  if (code !== 0) throw new Error(stderr)
  const pair = { key: await readFile(key), cert: await readFile(cert) }
  const upstream = started.use(
    await listenOnFreePort(
      createSecureServer(pair, (_request, response) =>
        sendJson(response, packumentOf('a', [{ version: '1.0.0' }], UPLINK)),
      ),
    ),
  )
  const asked: (string | undefined)[] = []
  const proxy = createServer((_request, response) => void response.writeHead(405).end())
  proxy.on('connect', (request, socket: Duplex) => {
    asked.push(request.url)
    void tunnel(socket, upstream.port)
  })
  const { url } = started.use(await listenOnFreePort(proxy))
  const all = started.move()
  return { url, asked, authority: cert, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function tunnel(socket: Duplex, port: number): Promise<void> {
  const through = connect(port, '127.0.0.1')
  for (const side of [socket, through]) side.on('error', () => undefined)
  await once(through, 'connect')
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
  socket.pipe(through).pipe(socket)
}

/** The registry on a machine with these variables. */
function startRegistry(variables: Readonly<Record<string, string>>) {
  return startService('registry', {
    env: (folder) => ({
      REGISTRY_DATA: folder.join('data'),
      REGISTRY_SCOPES: '["@acme"]',
      REGISTRY_UPLINK: UPLINK,
      no_proxy: '',
      NO_PROXY: '',
      ...variables,
    }),
  })
}

describe.runIf(requireCommand('openssl'))('in the network of a company', () => {
  test('the uplink is asked through its proxy, and its authority of certificates is trusted', async () => {
    await using network = await startNetwork()
    const { url, authority } = network
    await using registry = await startRegistry({ https_proxy: url, HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: authority })

    const answer = await fetch(`${registry.url}/a`)

    expect(await answer.json()).toMatchObject({ name: 'a', versions: { '1.0.0': {} } })
    expect(network.asked).toEqual([`${HOST}:443`])
  })

  test('an uplink whose certificate nobody vouches for is not believed', async () => {
    await using network = await startNetwork()
    const { url } = network
    await using registry = await startRegistry({ https_proxy: url, HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: '' })

    const answer = await fetch(`${registry.url}/a`)

    expect(await answer.json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason: 'unreachable' })
    expect(network.asked).not.toEqual([])
  })
})
