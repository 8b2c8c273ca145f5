import * as peer from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMessage, decodeMessage, encodeMessage, leaseOf, leaseOption } from './index.ts'
import type { Message, ReadMessage } from './index.ts'
import { messages } from './messages.fixture.ts'

describe('a message', () => {
  test('is read as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(messages(), (message) => {
        expect(read(encodeMessage(message))).toEqual({ ...message, tsig: undefined })
      }),
    )
  })

  test('keeps within its limit, and says so when answers are missing', () => {
    fc.assert(
      fc.property(messages(), fc.integer({ min: 600, max: 1500 }), (message, limit) => {
        const bytes = encodeMessage(message, { limit })
        const found = read(bytes)
        expect(bytes.length).toBeLessThanOrEqual(limit)
        const missing =
          message.answers.length + message.authorities.length - found.answers.length - found.authorities.length
        expect(found.truncated).toBe(
          message.truncated || missing > 0 || found.questions.length < message.questions.length,
        )
      }),
    )
  })

  test('points to names that stand in it already', () => {
    const answers = Array.from({ length: 100 }, (_, index) => ({
      name: 'hello.erl.us1.example.com',
      class: 'IN' as const,
      ttl: 5,
      type: 'A' as const,
      address: `127.0.0.${index}`,
    }))
    const bytes = encodeMessage(createMessage({ response: true, answers }))
    expect(bytes.length).toBe(12 + 25 + 2 + 14 + 99 * 16)
  })

  test('has its whole error code where EDNS brings the upper part', () => {
    const edns = { payloadSize: 1232, version: 0, dnssecOk: false, options: [] }
    expect(read(encodeMessage(createMessage({ response: true, rcode: 'BADVERS', edns }))).rcode).toBe('BADVERS')
  })

  test('of a thousand SRV records is read by an independent library as it is by this one', () => {
    const answers = Array.from({ length: 1000 }, (_, index) => ({
      name: '_http._tcp.hello.example.com',
      class: 'IN' as const,
      ttl: 5,
      type: 'SRV' as const,
      priority: 0,
      weight: index,
      port: 4000 + index,
      target: `n7f000001-${index}.hello.example.com`,
    }))
    const theirs = peer.decode(encodeMessage(createMessage({ response: true, answers })))
    expect(theirs.answers).toMatchObject(
      answers.map(({ name, port, target }) => ({ name, type: 'SRV', data: { port, target } })),
    )
  })
})

test('what an independent library writes is read as it was meant', () => {
  const bytes = peer.encode({
    type: 'response',
    id: 7,
    flags: peer.AUTHORITATIVE_ANSWER,
    questions: [{ type: 'TXT', name: 'a.example' }],
    answers: [
      { type: 'TXT', name: 'a.example', ttl: 5, data: ['one', 'two'] },
      { type: 'AAAA', name: 'a.example', ttl: 5, data: 'fe80::1' },
      { type: 'MX', name: 'a.example', ttl: 5, data: { preference: 10, exchange: 'mx.example' } },
    ],
    authorities: [
      {
        type: 'SOA',
        name: 'example',
        ttl: 60,
        data: { mname: 'ns.example', rname: 'admin.example', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
      },
    ],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  })
  expect(read(bytes)).toMatchObject({
    id: 7,
    authoritative: true,
    questions: [{ name: 'a.example', type: 'TXT', class: 'IN' }],
    answers: [{ texts: ['one', 'two'] }, { address: 'fe80::1' }, { preference: 10, target: 'mx.example' }],
    authorities: [{ type: 'SOA', mname: 'ns.example', rname: 'admin.example', minimum: 5 }],
    edns: { payloadSize: 1232 },
  })
})

test('a compressed target of an SRV record is read', () => {
  const bytes = Buffer.concat([
    header({ flags: 0x8400, counts: [1, 1, 0, 0] }),
    Buffer.from('\x05_http\x04_tcp\x05hello\x07example\0', 'latin1'),
    Buffer.from([0, 33, 0, 1]),
    Buffer.from([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 5, 0, 11]),
    Buffer.from([0, 0, 0, 1, 0x0f, 0xa0, 2, 0x6e, 0x31, 0xc0, 23]),
  ])
  expect(read(bytes).answers).toMatchObject([
    { name: '_http._tcp.hello.example', type: 'SRV', weight: 1, port: 4000, target: 'n1.hello.example' },
  ])
})

test.each(['::', '::1', 'fe80::1', '2001:db8::', '1:0:0:2:0:0:0:3', '1:2:3:4:5:6:7:8', '10:0:1::'])(
  'the IPv6 address %s stays what it is',
  (address) => {
    const answers = [{ name: 'a', class: 'IN' as const, ttl: 0, type: 'AAAA' as const, address }]
    const [found] = read(encodeMessage(createMessage({ answers }))).answers
    const theirs = peer.decode(encodeMessage(createMessage({ answers }))).answers?.[0] as { data: string }
    expect(found).toMatchObject({ address: new URL(`http://[${address}]`).hostname.slice(1, -1) })
    expect(new URL(`http://[${theirs.data}]`).hostname).toBe(new URL(`http://[${address}]`).hostname)
  },
)

test.each([{ lease: 60 }, { lease: 60, keyLease: 86_400 }])('a lease is carried by EDNS: %o', (lease) => {
  const edns = { payloadSize: 1232, version: 0, dnssecOk: false, options: [leaseOption(lease)] }
  expect(leaseOf(read(encodeMessage(createMessage({ opcode: 'UPDATE', edns }))).edns)).toEqual(lease)
})

test('a lease of another length is malformed, and none is none', () => {
  const edns = { payloadSize: 1232, version: 0, dnssecOk: false, options: [{ code: 2, data: Buffer.alloc(5) }] }
  expect(leaseOf(edns)).toBe('malformed')
  expect(leaseOf({ ...edns, options: [] })).toBe(undefined)
  expect(leaseOf(undefined)).toBe(undefined)
})

test.each<[string, Partial<Message>, string]>([
  ['an address of words', { answers: [record({ type: 'A', address: 'here' })] }, 'DNS_RECORD_INVALID'],
  [
    'an address of the other family',
    { answers: [record({ type: 'AAAA', address: '127.0.0.1' })] },
    'DNS_RECORD_INVALID',
  ],
  ['a text of 256 bytes', { answers: [record({ type: 'TXT', texts: ['x'.repeat(256)] })] }, 'DNS_RECORD_INVALID'],
  ['a text beyond bytes', { answers: [record({ type: 'TXT', texts: ['\u{100}'] })] }, 'DNS_RECORD_INVALID'],
  ['no text', { answers: [record({ type: 'TXT', texts: [] })] }, 'DNS_RECORD_INVALID'],
  [
    'a port beyond 16 bits',
    { answers: [record({ type: 'SRV', priority: 0, weight: 0, port: 65_536, target: 'a' })] },
    'DNS_RECORD_INVALID',
  ],
  [
    'a negative time to live',
    { answers: [{ ...record({ type: 'A', address: '127.0.0.1' }), ttl: -1 }] },
    'DNS_RECORD_INVALID',
  ],
  ['a name of a long label', { questions: [{ name: 'x'.repeat(64), type: 'A', class: 'IN' }] }, 'DNS_NAME_INVALID'],
])('%s is refused when it is written', (_, parts, code) => {
  expect(() => encodeMessage(createMessage(parts))).toThrow(expect.objectContaining({ code }))
})

type Data = Parameters<typeof encodeMessage>[0]['answers'][number] extends infer Any ? Any : never
function record(data: object): Data {
  return { name: 'a.example', class: 'IN', ttl: 0, ...data } as Data
}

function header({ flags, counts }: { flags: number; counts: number[] }): Buffer {
  const bytes = Buffer.alloc(12)
  for (const [index, value] of [7, flags, ...counts].entries()) bytes.writeUInt16BE(value, index * 2)
  return bytes
}

function read(bytes: Uint8Array): ReadMessage {
  const result = decodeMessage(bytes)
  if (!result.ok) throw new Error(`${result.fault.reason} at ${result.fault.offset}`)
  return result.message
}
