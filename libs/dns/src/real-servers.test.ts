import { requireCommand, runProcess } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDnsClient } from './index.ts'
import type { Change, DnsClient, Value } from './index.ts'
import { nodeKey, operatorKey, startBind, startKnot, ZONE_RECORDS } from './real-servers.fixture.ts'
import type { RealServer } from './real-servers.fixture.ts'

const kinds = [
  {
    kind: 'Knot',
    start: startKnot,
    code: 'DNS_KEY_REFUSED',
    refusal: /found BADKEY: .* or does not permit it this/,
    there: requireCommand('knotd'),
  },
  {
    kind: 'BIND',
    start: startBind,
    code: 'DNS_UPDATE_REFUSED',
    refusal: /found REFUSED: not permitted \(key node-key\)/,
    there: requireCommand('named'),
  },
]
const zone = 'example'
const clockOff = (seconds: number) => ({
  now: () => Date.now() + seconds * 1000,
  monotonic: () => performance.now(),
  setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms),
})

for (const { there, ...kind } of kinds) describe.runIf(there)(kind.kind, () => suite(kind))

function suite({ kind, start, code, refusal }: Omit<(typeof kinds)[number], 'there'>) {
  let server: RealServer
  let client: DnsClient

  beforeAll(async () => {
    server = await start()
    client = createDnsClient({ servers: [server] })
  })
  afterAll(async () => {
    client[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  })

  const update = (change: readonly Change[], options: Partial<Parameters<DnsClient['update']>[0]> = {}) =>
    client.update({ zone, key: nodeKey, change, ...options })
  const node = (label: string): { name: string; address: Value; service: Value; text: Value } => {
    const name = `${label}.hello.example`
    return {
      name,
      address: { name, type: 'A', address: '10.0.0.1' },
      service: {
        name: `_http._tcp.${label}.hello.example`,
        type: 'SRV',
        priority: 0,
        weight: 1,
        port: 4000,
        target: name,
      },
      text: { name, type: 'TXT', texts: ['instance=1'] },
    }
  }
  const ask = async (name: string, type: 'A' | 'SRV' | 'TXT') => await client.resolve(name, type, { fresh: true })

  test('what is added is found, by us and by dig', async () => {
    const { name, address, service, text } = node('added')
    const changes = [address, service, text].map((value) => ({ add: { ...value, ttl: 5 } }))
    expect(await update(changes, { lease: 60 })).toMatchObject({ applied: true, server: `127.0.0.1:${server.port}` })
    expect((await ask(name, 'A')).records).toMatchObject([{ address: '10.0.0.1', ttl: 5 }])
    expect((await ask(service.name, 'SRV')).records).toMatchObject([{ port: 4000, target: name }])
    expect((await ask(name, 'TXT')).records).toMatchObject([{ texts: ['instance=1'] }])
    for (const command of (['dig', 'kdig'] as const).filter((one) => requireCommand(one))) {
      const { stdout } = await runProcess(command, [
        '@127.0.0.1',
        '-p',
        String(server.port),
        '+short',
        service.name,
        'SRV',
      ])
      expect(stdout.trim()).toBe(`0 1 4000 ${name}.`)
    }
  })

  test('a name that is not there, and one without such records, are told apart', async () => {
    expect(await ask('nobody.example', 'A')).toMatchObject({ status: 'no-name', records: [] })
    expect(await ask('ns.example', 'TXT')).toMatchObject({ status: 'no-data', records: [] })
  })

  test('an answer too long for a datagram comes by TCP', async () => {
    const { name } = node('many')
    const change = Array.from({ length: 100 }, (_, index) => ({
      add: { name, type: 'A', address: `10.2.0.${index}`, ttl: 5 } as const,
    }))
    expect(await update(change)).toMatchObject({ applied: true })
    expect((await ask(name, 'A')).records).toHaveLength(100)
  })

  test('prerequisites hold or not, and then nothing is changed', async () => {
    const { name, address, text } = node('guarded')
    const change = [{ add: { ...address, ttl: 5 } }, { add: { ...text, ttl: 5 } }]
    const other: Value = { name, type: 'TXT', texts: ['instance=2'] }
    const fail = (unmet: string) => ({ applied: false, server: `127.0.0.1:${server.port}`, unmet })
    expect(await update(change, { require: [{ nameInUse: { name } }] })).toEqual(fail('NXDOMAIN'))
    expect(await update(change, { require: [{ setExists: { name, type: 'A' } }] })).toEqual(fail('NXRRSET'))
    expect(
      await update(change, { require: [{ nameNotInUse: { name } }, { setAbsent: { name, type: 'A' } }] }),
    ).toMatchObject({ applied: true })
    expect(await update(change, { require: [{ nameNotInUse: { name } }] })).toEqual(fail('YXDOMAIN'))
    expect(await update(change, { require: [{ setAbsent: { name, type: 'A' } }] })).toEqual(fail('YXRRSET'))
    expect(await update(change, { require: [{ setEquals: [other] }] })).toEqual(fail('NXRRSET'))
    expect((await ask(name, 'TXT')).records).toMatchObject([{ texts: ['instance=1'] }])
  })

  test('compare and delete: a record, a set', async () => {
    const { name, address, text } = node('left')
    const second: Value = { name, type: 'A', address: '10.0.0.2' }
    await update([address, second, text].map((value) => ({ add: { ...value, ttl: 5 } })))
    expect(await update([{ deleteRecord: second }], { require: [{ setEquals: [text] }] })).toMatchObject({
      applied: true,
    })
    expect((await ask(name, 'A')).records).toMatchObject([{ address: '10.0.0.1' }])
    await update([{ deleteSet: { name, type: 'A' } }, { deleteSet: { name, type: 'TXT' } }])
    expect(await ask(name, 'A')).toMatchObject({ status: 'no-name' })
  })

  test('all at a name are deleted by a key whose permission lists no types', async () => {
    const { name, address } = node('swept')
    await update([{ add: { ...address, ttl: 5 } }])
    expect(await update([{ deleteName: { name } }], { key: operatorKey })).toMatchObject({ applied: true })
    expect(await ask(name, 'A')).toMatchObject({ status: 'no-name' })
  })

  test('what a key may not change is refused, and says so', async () => {
    const change = [{ add: { name: 'elsewhere.example', type: 'A', address: '10.0.0.1', ttl: 5 } as const }]
    await expect(update(change)).rejects.toMatchObject({ code, message: expect.stringMatching(refusal) })
    const unsigned = client.update({ zone, change })
    await expect(unsigned).rejects.toMatchObject({
      code: 'DNS_UPDATE_REFUSED',
      message: expect.stringContaining('no key'),
    })
    expect(await ask('elsewhere.example', 'A')).toMatchObject({ status: 'no-name' })
  })

  test('a zone that the server does not have is refused', async () => {
    const change = [{ add: { name: 'a.other', type: 'A', address: '10.0.0.1', ttl: 5 } as const }]
    await expect(update(change, { zone: 'other' })).rejects.toMatchObject({ code: 'DNS_UPDATE_REFUSED' })
  })

  test('an unknown key and a wrong secret are told apart', async () => {
    const { address } = node('keys')
    const change = [{ add: { ...address, ttl: 5 } }]
    const unknown = update(change, { key: { ...nodeKey, name: 'no-such-key' } })
    await expect(unknown).rejects.toMatchObject({
      code: 'DNS_KEY_REFUSED',
      message: expect.stringContaining('no-such-key'),
    })
    const wrong = update(change, { key: { ...nodeKey, secret: Buffer.alloc(32) } })
    await expect(wrong).rejects.toMatchObject({ code: 'DNS_KEY_WRONG' })
    await expect(client.transfer({ zone, key: { ...operatorKey, secret: Buffer.alloc(32) } })).rejects.toMatchObject({
      code: 'DNS_KEY_WRONG',
    })
  })

  test.each([
    [600, 'behind'],
    [-600, 'ahead'],
  ])('a clock that is off by %i seconds is explained: the server is %s', async (seconds, words) => {
    using skewed = createDnsClient({ servers: [server], clock: clockOff(seconds) })
    const { address } = node('clocks')
    await expect(
      skewed.update({ zone, key: nodeKey, change: [{ add: { ...address, ttl: 5 } }] }),
    ).rejects.toMatchObject({
      code: 'DNS_CLOCK_SKEW',
      message: expect.stringMatching(new RegExp(`found it (599|600|601) s ${words}`)),
    })
    await expect(skewed.transfer({ zone, key: operatorKey })).rejects.toMatchObject({ code: 'DNS_CLOCK_SKEW' })
  })

  test('a zone comes whole, in several signed messages', async () => {
    const { records, serial } = await client.transfer({ zone, key: operatorKey })
    expect(records[0]).toMatchObject({ type: 'SOA', name: zone, serial })
    expect(records.filter(({ name }) => /^host\d+\.example$/.test(name))).toHaveLength(ZONE_RECORDS - 3)
  })

  test('a zone beyond a limit, or without permission, does not come', async () => {
    await expect(client.transfer({ zone, key: operatorKey, maxRecords: 100 })).rejects.toMatchObject({
      code: 'DNS_TRANSFER_BROKEN',
      message: expect.stringContaining('more than 100 records'),
    })
    await expect(client.transfer({ zone, key: operatorKey, maxBytes: 1000 })).rejects.toMatchObject({
      code: 'DNS_TRANSFER_BROKEN',
      message: expect.stringContaining('more than 1000 bytes'),
    })
    await expect(client.transfer({ zone, key: nodeKey })).rejects.toMatchObject({
      code: code.replace('UPDATE', 'TRANSFER'),
      message: expect.stringContaining('key node-key'),
    })
    await expect(client.transfer({ zone })).rejects.toMatchObject({ code: 'DNS_TRANSFER_REFUSED' })
  })

  test.runIf(kind === 'BIND')('keeps 100 records of a set and says that it could not take more', async () => {
    const { name } = node('hundred')
    const change = Array.from({ length: 101 }, (_, index) => ({
      add: { name, type: 'A', address: `10.3.0.${index}`, ttl: 5 } as const,
    }))
    await expect(update(change)).rejects.toMatchObject({
      code: 'DNS_UPDATE_REFUSED',
      message: expect.stringContaining('SERVFAIL'),
    })
  })
}
