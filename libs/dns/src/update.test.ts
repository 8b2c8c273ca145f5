import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMessage, decodeMessage, encodeMessage, readUpdate, updateSections } from './index.ts'
import type { AnyRecord, Message } from './index.ts'
import { messages } from './messages.fixture.ts'

const zone = 'example'
const name = 'a.example'
const read = (parts: Partial<Message>) => {
  const questions = [{ name: zone, type: 'SOA', class: 'IN' } as const]
  const result = decodeMessage(encodeMessage(createMessage({ opcode: 'UPDATE', questions, ...parts })))
  if (!result.ok) throw new Error(result.fault.reason)
  return readUpdate(result.message)
}
const value: AnyRecord = { name, class: 'IN', ttl: 0, type: 'A', address: '10.0.0.1' }
const empty: AnyRecord = { name, class: 'ANY', ttl: 0, type: 'A', empty: true }

describe('an update', () => {
  test('is read as it was written', () => {
    const require = [{ nameInUse: { name } }, { setExists: { name, type: 'TXT' as const } }]
    const change = [{ add: { name, type: 'A' as const, address: '10.0.0.1', ttl: 5 } }, { deleteName: { name } }]
    expect(read(updateSections({ zone, require, change }))).toEqual({
      ok: true,
      zone,
      require,
      change,
      lease: undefined,
    })
  })

  test.each<[string, Partial<Message>, string]>([
    ['no zone', { questions: [] }, 'FORMERR'],
    [
      'two zones',
      {
        questions: [
          { name: zone, type: 'SOA', class: 'IN' },
          { name: zone, type: 'SOA', class: 'IN' },
        ],
      },
      'FORMERR',
    ],
    ['a zone by another type', { questions: [{ name: zone, type: 'A', class: 'IN' }] }, 'FORMERR'],
    ['a name of another zone', { authorities: [{ ...value, name: 'a.other' }] }, 'NOTZONE'],
    ['a prerequisite with a time to live', { answers: [{ ...value, ttl: 5 }] }, 'FORMERR'],
    ['a prerequisite with a value of class NONE', { answers: [{ ...value, class: 'NONE' }] }, 'FORMERR'],
    ['a prerequisite about TSIG', { answers: [{ ...empty, type: 'TSIG' }] }, 'FORMERR'],
    ['a change of another class', { authorities: [{ ...value, class: 'CH' }] }, 'FORMERR'],
    ['a delete with a time to live', { authorities: [{ ...value, class: 'NONE', ttl: 5 }] }, 'FORMERR'],
    ['a delete of class NONE without a value', { authorities: [{ ...empty, class: 'NONE' }] }, 'FORMERR'],
    ['a delete of AXFR', { authorities: [{ ...empty, type: 'AXFR' }] }, 'FORMERR'],
    [
      'a lease of five bytes',
      { edns: { payloadSize: 1232, version: 0, dnssecOk: false, options: [{ code: 2, data: Buffer.alloc(5) }] } },
      'FORMERR',
    ],
  ])('with %s is refused', (_, parts, rcode) => {
    expect(
      readUpdate(createMessage({ opcode: 'UPDATE', questions: [{ name: zone, type: 'SOA', class: 'IN' }], ...parts })),
    ).toMatchObject({ ok: false, rcode })
  })

  test('of any message is one or a refusal', () => {
    fc.assert(
      fc.property(messages(), (message) => {
        expect(typeof readUpdate(message).ok).toBe('boolean')
      }),
    )
  })
})
