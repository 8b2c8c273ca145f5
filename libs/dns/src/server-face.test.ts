import { requireCommand, runProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { address, answerTo, createFakeServer, soa } from './fake-server.fixture.ts'
import type { Ask } from './fake-server.fixture.ts'
import {
  appendUnsignedTsig,
  createDnsClient,
  leaseOption,
  readUpdate,
  signMessage,
  timeBytes,
  verifyMessage,
} from './index.ts'
import type { Message, ReadUpdate } from './index.ts'

const zone = 'example'
const key = { name: 'node-key', secret: Buffer.alloc(32, 'node') }
const hmac = `hmac-sha256:${key.name}:${key.secret.toString('base64')}`
const now = () => Math.floor(Date.now() / 1000)

/** A server as one is made of this library: it verifies, answers signed, and keeps what it was told. */
function createUpdateServer(parts: Partial<Message> = {}) {
  const updates: ReadUpdate[] = []
  const onAsk = (ask: Ask) => {
    const { tsig } = ask.message
    if (tsig === undefined) {
      ask.reply(
        answerTo(
          ask,
          ask.message.opcode === 'UPDATE' ? { rcode: 'REFUSED' } : { authorities: [soa(zone)], authoritative: true },
        ),
      )
      return
    }
    const verdict = verifyMessage(ask.bytes, tsig, { key, time: now() })
    if (verdict.ok) {
      if (ask.message.opcode === 'UPDATE') updates.push(readUpdate(ask.message))
      ask.reply(signMessage(answerTo(ask, parts), { key, time: now(), priorMac: tsig.mac }).bytes)
    } else if (verdict.error === 'BADTIME') {
      const refusal = answerTo(ask, { rcode: 'NOTAUTH' })
      const told = { error: verdict.error, other: timeBytes(now()) }
      ask.reply(signMessage(refusal, { key, time: tsig.time, priorMac: tsig.mac, ...told }).bytes)
    } else ask.reply(appendUnsignedTsig(answerTo(ask, { rcode: 'NOTAUTH' }), tsig, verdict.error))
  }
  return { updates, onAsk }
}

describe.runIf(requireCommand('nsupdate'))('nsupdate', () => {
  const run = async (port: number, lines: readonly string[], options: { auth?: string; tcp?: boolean } = {}) => {
    const { auth = hmac, tcp = false } = options
    const input = [`server 127.0.0.1 ${port}`, `zone ${zone}`, ...lines, 'send', ''].join('\n')
    return await runProcess('nsupdate', ['-y', auth, ...(tcp ? ['-v'] : [])], { input })
  }

  test.each([false, true])('is understood, and understands the signed answer; by TCP: %s', async (tcp) => {
    const { updates, onAsk } = createUpdateServer()
    await using server = await createFakeServer(onAsk)
    const lines = [
      'prereq nxdomain n1.example',
      'prereq yxrrset n2.example TXT',
      'prereq nxrrset n2.example A',
      'prereq yxdomain n2.example',
      'prereq yxrrset n3.example TXT "a"',
      'update add n1.example 5 A 10.0.0.1',
      'update add _http._tcp.n1.example 5 SRV 0 1 4000 n1.example.',
      'update delete n2.example A 10.0.0.2',
      'update delete n3.example TXT',
      'update delete n4.example',
    ]
    expect(await run(server.port, lines, { tcp })).toMatchObject({ code: 0, stderr: '' })
    expect(updates).toEqual([
      {
        ok: true,
        zone,
        lease: undefined,
        require: [
          { nameNotInUse: { name: 'n1.example' } },
          { setExists: { name: 'n2.example', type: 'TXT' } },
          { setAbsent: { name: 'n2.example', type: 'A' } },
          { nameInUse: { name: 'n2.example' } },
          { setEquals: [{ name: 'n3.example', type: 'TXT', texts: ['a'] }] },
        ],
        change: [
          { add: { name: 'n1.example', type: 'A', address: '10.0.0.1', ttl: 5 } },
          {
            add: {
              name: '_http._tcp.n1.example',
              type: 'SRV',
              priority: 0,
              weight: 1,
              port: 4000,
              target: 'n1.example',
              ttl: 5,
            },
          },
          { deleteRecord: { name: 'n2.example', type: 'A', address: '10.0.0.2' } },
          { deleteSet: { name: 'n3.example', type: 'TXT' } },
          { deleteName: { name: 'n4.example' } },
        ],
      },
    ])
  })

  test('is told of a wrong secret and an unknown key', async () => {
    const { updates, onAsk } = createUpdateServer()
    await using server = await createFakeServer(onAsk)
    const change = ['update add n1.example 5 A 10.0.0.1']
    const wrong = await run(server.port, change, {
      auth: `hmac-sha256:${key.name}:${Buffer.alloc(32).toString('base64')}`,
    })
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('BADSIG') })
    const unknown = await run(server.port, change, { auth: hmac.replace(key.name, 'no-such-key') })
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('BADKEY') })
    expect(updates).toEqual([])
  })
})

describe.each(['dig', 'kdig'] as const)('%s', (command) => {
  test.runIf(requireCommand(command))(
    'takes a zone of several messages of which the first and the last are signed',
    async () => {
      await using server = await createFakeServer((ask) => sendZone(ask, { count: 12 }))
      const args = ['@127.0.0.1', '-p', String(server.port), '-y', hmac, '+tcp', zone, 'AXFR']
      const { stdout } = await runProcess(command, args)
      expect(stdout.match(/^host\d+\.example\./gm)).toHaveLength(12)
      expect(stdout).not.toMatch(/failed|verif/i)
    },
  )
})

test('our client takes such a zone too, and not one of which a message was changed, or the last is not signed', async () => {
  await using whole = await createFakeServer((ask) => sendZone(ask, { count: 12 }))
  using client = createDnsClient({ servers: [whole] })
  expect((await client.transfer({ zone, key })).records).toHaveLength(13)
  for (const damage of [{ changed: true }, { unsignedEnd: true }]) {
    await using damaged = await createFakeServer((ask) => sendZone(ask, { count: 12, ...damage }))
    using other = createDnsClient({ servers: [damaged] })
    await expect(other.transfer({ zone, key })).rejects.toMatchObject({ code: 'DNS_ANSWER_NOT_SIGNED' })
  }
})

test('of a hundred messages in a row one is signed', async () => {
  await using few = await createFakeServer((ask) => sendZone(ask, { count: 99 }))
  using client = createDnsClient({ servers: [few] })
  expect((await client.transfer({ zone, key })).records).toHaveLength(100)
  await using many = await createFakeServer((ask) => sendZone(ask, { count: 100 }))
  using other = createDnsClient({ servers: [many] })
  await expect(other.transfer({ zone, key })).rejects.toMatchObject({ code: 'DNS_ANSWER_NOT_SIGNED' })
})

test('a lease is asked for and granted', async () => {
  const edns = { payloadSize: 1232, version: 0, dnssecOk: false, options: [leaseOption({ lease: 30 })] }
  const { updates, onAsk } = createUpdateServer({ edns })
  await using server = await createFakeServer(onAsk)
  using client = createDnsClient({ servers: [server] })
  expect(await client.update({ zone, key, change: [], lease: 60 })).toMatchObject({
    applied: true,
    lease: { lease: 30 },
  })
  expect(updates).toMatchObject([{ ok: true, lease: { lease: 60 } }])
})

/** An SOA, one record a message, and the SOA: the first message and the last are signed. */
function sendZone(ask: Ask, options: { count: number; changed?: boolean; unsignedEnd?: boolean }): void {
  const { tsig } = ask.message
  if (tsig === undefined) throw new Error('The request has no signature.')
  const unsigned: Buffer[] = []
  const first = signMessage(answerTo(ask, { answers: [soa(zone)] }), { key, time: now(), priorMac: tsig.mac })
  ask.reply(first.bytes)
  for (let index = 0; index < options.count; index++) {
    const message = answerTo(ask, { answers: [address(`host${index}.example`, '10.0.0.1')] })
    unsigned.push(Buffer.from(message))
    if (options.changed === true) message[message.length - 1] = 9
    ask.reply(message)
  }
  const last = answerTo(ask, { answers: [soa(zone)] })
  const signed = signMessage(last, { key, time: now(), priorMac: first.mac, unsigned, following: true })
  ask.reply(options.unsignedEnd === true ? last : signed.bytes)
}
