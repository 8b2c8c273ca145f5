import fc from 'fast-check'
import { createMessage } from './message.ts'
import type { Message } from './message.ts'
import { formatLabel } from './names.ts'
import type { AnyRecord, DnsRecord, RecordData } from './records.ts'

/** Names of all bytes that labels can have, as their texts. */
export function names(): fc.Arbitrary<string> {
  const labels = fc
    .uint8Array({ minLength: 1, maxLength: 63 })
    .map((bytes) => formatLabel(Buffer.from(bytes), 0, bytes.length))
  const words = fc.constantFrom('example', 'com', 'EXAMPLE', '_http', '_tcp', 'n7f000001-4000', 'a')
  return fc
    .array(fc.oneof({ arbitrary: words, weight: 3 }, labels), { maxLength: 3 })
    .map((all) => all.join('.') || '.')
}

const uint16 = () => fc.nat(0xffff)
const uint32 = () => fc.nat(0xffffffff)
const texts = () => fc.uint8Array({ maxLength: 255 }).map((bytes) => Buffer.from(bytes).toString('latin1'))

export function recordData(): fc.Arbitrary<RecordData> {
  return fc.oneof(
    fc.record({ type: fc.constant('A' as const), address: fc.ipV4() }),
    fc.record({
      type: fc.constant('SRV' as const),
      priority: uint16(),
      weight: uint16(),
      port: uint16(),
      target: names(),
    }),
    fc.record({ type: fc.constant('TXT' as const), texts: fc.array(texts(), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      type: fc.constantFrom('NS' as const, 'CNAME' as const, 'PTR' as const, 'DNAME' as const),
      target: names(),
    }),
    fc.record({ type: fc.constant('MX' as const), preference: uint16(), target: names() }),
    fc.record({
      type: fc.constant('SOA' as const),
      mname: names(),
      rname: names(),
      serial: uint32(),
      refresh: uint32(),
      retry: uint32(),
      expire: uint32(),
      minimum: uint32(),
    }),
    fc.record({
      type: fc.constant('TYPE65280' as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    }),
  )
}

export function records(): fc.Arbitrary<DnsRecord> {
  const head = fc.record({ name: names(), class: fc.constantFrom('IN' as const, 'NONE' as const), ttl: uint32() })
  return fc.tuple(head, recordData()).map(([before, data]) => ({ ...before, ...data }))
}

export function messages(): fc.Arbitrary<Message> {
  const some = () => fc.array(records(), { maxLength: 3 })
  const empty: fc.Arbitrary<AnyRecord> = fc.record({
    name: names(),
    class: fc.constantFrom('ANY' as const, 'NONE' as const),
    ttl: fc.constant(0),
    type: fc.constantFrom('A' as const, 'ANY' as const),
    empty: fc.constant(true as const),
  })
  const question = fc.record({
    name: names(),
    type: fc.constantFrom('A' as const, 'SRV' as const, 'ANY' as const),
    class: fc.constant('IN' as const),
  })
  const option = fc.record({
    code: uint16(),
    data: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  })
  const edns = fc.record({
    payloadSize: uint16(),
    version: fc.nat(255),
    dnssecOk: fc.boolean(),
    options: fc.array(option, { maxLength: 3 }),
  })
  const query = fc.record({
    id: uint16(),
    response: fc.boolean(),
    authoritative: fc.boolean(),
    truncated: fc.boolean(),
    recursionDesired: fc.boolean(),
    rcode: fc.constantFrom('NOERROR' as const, 'NXDOMAIN' as const),
    questions: fc.array(question, { maxLength: 2 }),
    answers: some(),
    authorities: some(),
    additionals: some(),
    edns: fc.option(edns, { nil: undefined }),
  })
  return fc
    .tuple(query, fc.boolean(), empty)
    .map(([parts, update, extra]) =>
      createMessage(update ? { ...parts, opcode: 'UPDATE', answers: [extra, ...parts.answers] } : parts),
    )
}
