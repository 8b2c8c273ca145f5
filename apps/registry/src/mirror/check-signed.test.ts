import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { packTarball, sendJson, startUpstream } from '../upstream.fixture.ts'
import type { Upstream } from '../upstream.fixture.ts'

const KEYS = '/-/npm/v1/keys'
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = {
  keyid: 'SHA256:test',
  key: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  scheme: 'ecdsa-sha2-nistp256',
  expires: null,
}

test('a version that upstream has signed is given', async () => {
  await using upstream = await startSigned('1.0.0')
  await using registry = await startRegistry({ uplink: upstream.url })

  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
})

test('a version whose signature is of another is refused, and never stored', async () => {
  await using upstream = await startSigned('2.0.0')
  await using registry = await startRegistry({ uplink: upstream.url })

  expect((await registry.get('/a/-/a-1.0.0.tgz')).json()).toMatchObject({
    code: 'REGISTRY_NOT_MIRRORED',
    reason: 'forged',
  })
  expect(upstream.asked).not.toContain('/a/-/a-1.0.0.tgz')
  expect(await readdir(join(registry.data, 'mirror/tarballs'))).toEqual([])
})

test('the keys that are held decide while upstream gives none', async () => {
  const clock = { now: Date.now() }
  await using upstream = await startSigned('1.0.0')
  await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
  await registry.get(KEYS)
  upstream.misbehave(KEYS, (_request, response) => response.writeHead(500).end())
  clock.now += 301_000

  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
})

test('what cannot be checked is refused: upstream signs, and its keys cannot be had', async () => {
  await using upstream = await startSigned('1.0.0')
  upstream.misbehave(KEYS, (_request, response) => response.writeHead(500).end())
  await using registry = await startRegistry({ uplink: upstream.url })

  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(503)
})

test('an upstream without keys passes on signatures of others, which nobody can check', async () => {
  await using upstream = await startSigned('2.0.0')
  upstream.misbehave(KEYS, (_request, response) => response.writeHead(404).end())
  await using registry = await startRegistry({ uplink: upstream.url })

  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
})

test('signatures are ignored where that is configured', async () => {
  await using upstream = await startSigned('2.0.0')
  await using registry = await startRegistry({ uplink: upstream.url, config: { signatures: 'ignored' } })

  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
})

/** An upstream that has version 1.0.0 of `a`, with the signature of the version that is given. */
async function startSigned(version: string): Promise<Upstream> {
  const upstream = await startUpstream()
  const integrity = `sha512-${createHash('sha512')
    .update(packTarball({ name: 'a', version: '1.0.0' }))
    .digest('base64')}`
  const sig = sign('sha256', Buffer.from(`a@${version}:${integrity}`), privateKey).toString('base64')
  const dist = { tarball: `${upstream.url}/a/-/a-1.0.0.tgz`, integrity, signatures: [{ keyid: key.keyid, sig }] }
  upstream.publish('a', { version: '1.0.0', manifest: { dist } })
  upstream.misbehave(KEYS, (_request, response) => sendJson(response, { keys: [key] }))
  return upstream
}
