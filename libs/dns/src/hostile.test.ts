import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { soakCount } from '@mochi/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from './index.ts'
import { messages } from './messages.fixture.ts'

/** Each was once, or could be, a way to break a reader of messages. */
const corpus = JSON.parse(readFileSync(join(import.meta.dirname, 'hostile.corpus.json'), 'utf8')) as {
  what: string
  hex: string
  /** Where one part of the bytes is too long to be written out. */
  fill?: { hex: string; times: number }
  reason?: string
}[]

const kept = corpus.map(({ what, hex, fill, reason }) => {
  const filling = fill === undefined ? '' : fill.hex.repeat(fill.times)
  return [what, Buffer.from(hex + filling, 'hex'), reason] as const
})

describe('bytes of an enemy', () => {
  test.each(kept)('with %s are refused with the reason, or are a message', (_, bytes, reason) => {
    const result = decodeMessage(bytes)
    expect(result.ok ? undefined : result.fault.reason).toBe(reason)
    expectTotal(bytes)
  })

  test('of any kind give a message or a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => expectTotal(Buffer.from(bytes))),
      { numRuns: soakCount(2000) },
    )
  })

  test('behind an honest header give a message or a fault', () => {
    const rest = fc.tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ maxLength: 200 }))
    fc.assert(
      fc.property(rest, fc.nat(0xffff), ([count, bytes], flags) => {
        const header = Buffer.alloc(12)
        header.writeUInt16BE(flags, 2)
        for (const at of [4, 6, 8, 10]) header.writeUInt16BE(count, at)
        expectTotal(Buffer.concat([header, bytes]))
      }),
      { numRuns: soakCount(2000) },
    )
  })

  test('that were a message before some were changed, cut or moved give a message or a fault', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.oneof(fc.nat(255), fc.constantFrom(0xc0, 0xff, 0, 12)) })
    fc.assert(
      fc.property(messages(), fc.array(change, { maxLength: 8 }), fc.option(fc.nat()), (message, changes, cut) => {
        const bytes = Buffer.from(encodeMessage(message))
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte
        expectTotal(cut === null ? bytes : bytes.subarray(0, cut % bytes.length))
      }),
      { numRuns: soakCount(2000) },
    )
  })

  test.each([
    [127, true],
    [128, false],
  ])(
    'with a name of %i pointers in a row: read %s, so that no name costs more work than an honest one',
    (jumps, ok) => {
      expect(decodeMessage(chain(jumps)).ok).toBe(ok)
    },
  )
})

test('a fault has the header, so that a server can answer it', () => {
  const result = decodeMessage(Buffer.from('abcd28000001000000000000', 'hex'))
  expect(result).toMatchObject({ ok: false, fault: { offset: 4, header: { id: 0xabcd, opcode: 'UPDATE' } } })
  expect(decodeMessage(Buffer.alloc(11))).toMatchObject({ ok: false, fault: { header: undefined } })
})

/** A record whose bytes are pointers, each to the one before, and a question that comes in at the last. */
function chain(jumps: number): Buffer {
  const pointers = Buffer.alloc(2 * jumps)
  const begin = 12 + 11
  for (let index = 1; index < jumps; index++)
    pointers.writeUInt16BE(0xc000 | (index === 1 ? begin : begin + 2 * index - 2), 2 * index)
  const header = Buffer.from('000784000000000200000000', 'hex')
  const record = Buffer.from('00ff00000100000005ffff', 'hex')
  record.writeUInt16BE(pointers.length, 9)
  const last = Buffer.from('c000000100010000000500047f000001', 'hex')
  last.writeUInt16BE(0xc000 | (begin + 2 * jumps - 2), 0)
  return Buffer.concat([header, record, pointers, last])
}

/** Whatever is read can be written again, truncated perhaps, and is then read again. */
function expectTotal(bytes: Buffer): void {
  const before = Buffer.from(bytes)
  const result = decodeMessage(bytes)
  expect(bytes.equals(before)).toBe(true)
  if (result.ok) expect(decodeMessage(encodeMessage(result.message))).toMatchObject({ ok: true })
  else expect(result.fault.offset).toBeLessThanOrEqual(bytes.length)
}
