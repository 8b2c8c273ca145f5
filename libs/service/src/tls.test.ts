import { once } from 'node:events'
import { chmod, copyFile } from 'node:fs/promises'
import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { createFolder, requireCommand, runProcess, startProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createTestService, startTestService } from './service.fixture.ts'
import { readTls } from './tls.ts'

const hasOpenssl = requireCommand('openssl')

describe.runIf(hasOpenssl)('a service with TLS', () => {
  test('answers with its certificate, and drains', async () => {
    await using folder = await createCertificates('first')
    await using service = await startTestService({ config: { tls: pairIn(folder, 'first') } })

    expect(service.url).toMatch(/^https:/)
    expect(await subjectAt(service.port)).toBe('first')
    expect(await healthAt(service.url)).toMatchObject({ status: 'ok' })
    expect(await service.stop({ deadline: 60_000 })).toEqual({ cut: 0, isClosed: true })
  })

  test('reads its certificate anew without losing a connection', async () => {
    await using folder = await createCertificates('first', 'second')
    await using service = await startTestService({ config: { tls: pairIn(folder, 'first') } })
    const kept = connect({ port: service.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(kept, 'secureConnect')
    await copyFile(folder.join('second.crt'), folder.join('first.crt'))
    await copyFile(folder.join('second.key'), folder.join('first.key'))
    await service.reloadTls()

    expect(await subjectAt(service.port)).toBe('second')
    kept.write('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(await text(kept)).toMatch(/^HTTP\/1.1 200 OK/)
  })

  test('does so on SIGHUP', async () => {
    await using folder = await createCertificates('first', 'second')
    const { cert, key } = pairIn(folder, 'first')
    const env = { ...process.env, DRAINED_PORT: '0', DRAINED_TLS_CERT: cert, DRAINED_TLS_KEY: key }
    await using server = startProcess(process.execPath, [`${import.meta.dirname}/drain.fixture.ts`, 'graceful'], {
      env,
    })
    const [, port] = /listens on https:\S+:(\d+)\n/.exec(await server.waitFor(/listens on \S+\n/)) ?? []
    await copyFile(folder.join('second.crt'), cert)
    await copyFile(folder.join('second.key'), key)
    expect(await subjectAt(Number(port))).toBe('first')
    server.kill('SIGHUP')
    await server.waitFor('the certificate has been read anew')

    expect(await subjectAt(Number(port))).toBe('second')
  })

  test('keeps its certificate when the new one cannot be used', async () => {
    await using folder = await createCertificates('first', 'second')
    await using service = await startTestService({ config: { tls: pairIn(folder, 'first') } })
    await copyFile(folder.join('second.crt'), folder.join('first.crt'))

    await expect(service.reloadTls()).rejects.toMatchObject({ code: 'SERVICE_TLS_UNUSABLE' })
    expect(await subjectAt(service.port)).toBe('first')
  })

  test('cuts a handshake that does not end, at the deadline', async () => {
    await using folder = await createCertificates('first')
    await using service = await startTestService({ config: { tls: pairIn(folder, 'first') } })
    const silent = connectTcp(service.port, '127.0.0.1')
    await once(silent, 'connect')
    // A handshake after it: when that is over, the silent one has been accepted.
    await subjectAt(service.port)

    expect(await service.stop({ deadline: 100 })).toMatchObject({ isClosed: true })
    silent.on('error', () => undefined)
    if (!silent.closed) await once(silent, 'close')
  })

  test('opens no port when its key can be read by others', async () => {
    await using folder = await createCertificates('first')
    await chmod(folder.join('first.key'), 0o640)
    const service = createTestService({ config: { tls: pairIn(folder, 'first') } })

    await expect(service.start()).rejects.toMatchObject({
      code: 'SERVICE_TLS_UNUSABLE',
      where: folder.join('first.key'),
      hint: `chmod 600 ${folder.join('first.key')}`,
    })
    expect(service.app.server.listening).toBe(false)
  })

  test('refuses a certificate without its key, and no certificate', async () => {
    await using folder = await createCertificates('first', 'second')
    const [first, second] = [pairIn(folder, 'first'), pairIn(folder, 'second')]

    await expect(readTls({ cert: first.cert, key: second.key })).rejects.toThrow(/key values mismatch/)
    await expect(readTls({ cert: folder.join('none'), key: first.key })).rejects.toThrow(/ENOENT/)
  })
})

function pairIn(folder: Folder, name: string) {
  return { cert: folder.join(`${name}.crt`), key: folder.join(`${name}.key`) }
}

async function createCertificates(...names: readonly string[]): Promise<Folder> {
  const folder = await createFolder()
  for (const name of names) {
    const { cert, key } = pairIn(folder, name)
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    const args = [
      'req',
      '-x509',
      '-nodes',
      ...curve,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
    ]
    const { code, stderr } = await runProcess('openssl', args)
    if (code !== 0) throw new Error(stderr)
    await chmod(key, 0o600)
  }
  return folder
}

/** Whom a new connection meets. */
async function subjectAt(port: number): Promise<unknown> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return subject.CN
}

async function healthAt(url: string): Promise<unknown> {
  const sent = request(`${url}/health`, { rejectUnauthorized: false, agent: false }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return JSON.parse(await text(response))
}
