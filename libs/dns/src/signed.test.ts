import { describe, expect, test } from 'vitest'
import { address, answerTo, createFakeServer, soa } from './fake-server.fixture.ts'
import type { Ask } from './fake-server.fixture.ts'
import { createDnsClient, signMessage } from './index.ts'
import type { DnsRecord, UpdateOptions } from './index.ts'

const key = { name: 'node-key', secret: Buffer.alloc(32, 'node') }
const zone = 'example'
const change = [
  { add: { name: 'a.example', type: 'A', address: '10.0.0.1', ttl: 5 } },
] satisfies UpdateOptions['change']
const time = () => Math.floor(Date.now() / 1000)
const priorMac = ({ message }: Ask) => message.tsig?.mac ?? Buffer.alloc(0)

describe('an update', () => {
  test.each<[string, (ask: Ask) => void, string, string]>([
    ['that is not signed', (ask) => ask.reply(answerTo(ask)), 'DNS_ANSWER_NOT_SIGNED', 'none (NOERROR)'],
    [
      'signed for another request',
      (ask) => ask.reply(signMessage(answerTo(ask), { key, time: time(), priorMac: Buffer.alloc(32) }).bytes),
      'DNS_ANSWER_NOT_SIGNED',
      'one that is not of this key (BADSIG)',
    ],
    [
      'of a prerequisite, not signed',
      (ask) => ask.reply(answerTo(ask, { rcode: 'NXRRSET' })),
      'DNS_ANSWER_NOT_SIGNED',
      'none (NXRRSET)',
    ],
    [
      'with another id',
      (ask) => ask.reply(answerTo(ask, { id: ask.message.id ^ 1 })),
      'DNS_OUTCOME_UNKNOWN',
      'something else',
    ],
    ['of garbage', (ask) => ask.reply(Buffer.from('garbage')), 'DNS_OUTCOME_UNKNOWN', 'an end before all was there'],
    [
      'that ends at once',
      (ask) => ask.raw(Buffer.alloc(0), { end: true }),
      'DNS_OUTCOME_UNKNOWN',
      'a connection that ended',
    ],
    [
      'signed ten minutes ago',
      (ask) => ask.reply(signMessage(answerTo(ask), { key, time: time() - 600, priorMac: priorMac(ask) }).bytes),
      'DNS_CLOCK_SKEW',
      'behind',
    ],
  ])('with an answer %s is not taken for made', async (_, reply, code, words) => {
    await using server = await createFakeServer(reply)
    using client = createDnsClient({ servers: [server] })
    await expect(client.update({ zone, key, change })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    })
    expect(server.asks.items).toHaveLength(1)
  })

  test('goes to the next server when one is not there or refuses, and the first refusal is told in the end', async () => {
    const gone = await createFakeServer(() => undefined)
    await gone[Symbol.asyncDispose]()
    await using secondary = await createFakeServer((ask) => ask.reply(answerTo(ask, { rcode: 'NOTIMP' })))
    await using primary = await createFakeServer((ask) =>
      ask.reply(signMessage(answerTo(ask), { key, time: time(), priorMac: priorMac(ask) }).bytes),
    )
    using client = createDnsClient({ servers: [gone, secondary, primary] })
    expect(await client.update({ zone, key, change })).toMatchObject({
      applied: true,
      server: `127.0.0.1:${primary.port}`,
    })
    using without = createDnsClient({ servers: [gone, secondary] })
    await expect(without.update({ zone, key, change })).rejects.toMatchObject({
      code: 'DNS_UPDATE_REFUSED',
      message: expect.stringContaining('NOTIMP: it knows no updates'),
    })
    using alone = createDnsClient({ servers: [gone] })
    await expect(alone.update({ zone, key, change })).rejects.toMatchObject({
      code: 'DNS_NO_ANSWER',
      message: expect.stringContaining('an answer to an update of example'),
    })
  })

  test('of more than 64 KB is refused before it is sent', async () => {
    using client = createDnsClient({ servers: [{ address: '127.0.0.1', port: 1 }] })
    const much = Array.from({ length: 300 }, (_, index) => ({
      add: { name: 'a.example', type: 'TXT' as const, texts: [`${index}`, 'x'.repeat(250)], ttl: 5 },
    }))
    await expect(client.update({ zone, change: much })).rejects.toMatchObject({ code: 'DNS_RECORD_INVALID' })
  })
})

describe('a transfer', () => {
  const host = address('a.example', '10.0.0.1')
  test.each<[string, readonly (readonly DnsRecord[])[], string]>([
    ['begins with no SOA', [[host, soa(zone)]], 'a beginning that is no SOA'],
    ['begins with the SOA of another zone', [[soa('a.example')]], 'the SOA of another zone'],
    [
      'has a record of another zone',
      [[soa(zone), address('a.other', '10.0.0.1')]],
      'a record of another zone, a.other',
    ],
    ['ends with another serial', [[soa(zone)], [soa(zone, { serial: 2 })]], 'another serial at the end'],
    ['goes on behind its end', [[soa(zone), soa(zone), host]], 'records behind the end'],
    ['has a record of another class', [[soa(zone), { ...host, class: 'CH' }]], 'a record of another class'],
    ['ends early', [[soa(zone), host]], 'a connection that ended, after 2 records'],
  ])('that %s is dropped', async (_, parts, words) => {
    await using server = await createFakeServer((ask) => {
      for (const answers of parts) ask.reply(answerTo(ask, { answers }))
      ask.raw(Buffer.alloc(0), { end: true })
    })
    using client = createDnsClient({ servers: [server] })
    await expect(client.transfer({ zone })).rejects.toMatchObject({
      code: 'DNS_TRANSFER_BROKEN',
      message: expect.stringContaining(words),
    })
  })

  test.each<[string, (ask: Ask) => Buffer, string]>([
    ['garbage', () => Buffer.from('garbage'), 'an end before all was there'],
    [
      'an answer to something else',
      (ask) => answerTo(ask, { id: ask.message.id ^ 1, answers: [soa(zone)] }),
      'an answer to something else',
    ],
  ])('of %s is dropped', async (_, reply, words) => {
    await using server = await createFakeServer((ask) => ask.reply(reply(ask)))
    using client = createDnsClient({ servers: [server] })
    await expect(client.transfer({ zone })).rejects.toMatchObject({ message: expect.stringContaining(words) })
  })

  test('of messages without an end stops at the limit', async () => {
    await using server = await createFakeServer((ask) => {
      ask.reply(answerTo(ask, { answers: [soa(zone)] }))
      for (let index = 0; index < 50; index++) ask.reply(answerTo(ask, { answers: [host] }))
    })
    using client = createDnsClient({ servers: [server] })
    await expect(client.transfer({ zone, maxRecords: 20 })).rejects.toMatchObject({
      message: expect.stringContaining('more than 20 records'),
    })
  })

  test('comes from the next server when one is not there', async () => {
    const gone = await createFakeServer(() => undefined)
    await gone[Symbol.asyncDispose]()
    await using server = await createFakeServer((ask) =>
      ask.reply(answerTo(ask, { answers: [soa(zone), host, soa(zone)] })),
    )
    using client = createDnsClient({ servers: [gone, server] })
    expect(await client.transfer({ zone })).toEqual({
      server: `127.0.0.1:${server.port}`,
      serial: 1,
      records: [soa(zone), host],
    })
    using alone = createDnsClient({ servers: [gone] })
    await expect(alone.transfer({ zone })).rejects.toMatchObject({ code: 'DNS_NO_ANSWER' })
  })
})
