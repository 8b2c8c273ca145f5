import { describe, expect, test } from 'vitest'
import {
  appendUnsignedTsig,
  createMessage,
  decodeMessage,
  encodeMessage,
  serverTime,
  signMessage,
  timeBytes,
  tsigLength,
  verifyMessage,
} from './index.ts'
import type { Signature, TsigRecord } from './index.ts'

const key = { name: 'tsig-hello.example', secret: Buffer.from('a secret of thirty-two bytes ...') }
const time = 1_767_225_600
const plain = encodeMessage(createMessage({ id: 7, questions: [{ name: 'hello.example', type: 'SOA', class: 'IN' }] }))

describe('a signature', () => {
  test('counts for the message that it was made for, at its time', () => {
    const { bytes, mac } = signMessage(plain, { key, time })
    expect(bytes.length).toBeLessThanOrEqual(plain.length + tsigLength(key))
    expect(tsigOf(bytes)).toMatchObject({
      keyName: key.name,
      algorithm: 'hmac-sha256',
      time,
      fudge: 300,
      mac,
      originalId: 7,
    })
    expect(verify(bytes, { key, time })).toEqual({ ok: true })
  })

  test('is what RFC 8945 says', () => {
    // Computed with another language: HMAC-SHA-256 over the message and the variables of RFC 8945, 4.3.3.
    const { mac } = signMessage(Buffer.alloc(12), { key: { name: 'K', secret: Buffer.from('s') }, time: 1 })
    expect(mac.toString('hex')).toBe('19aa655ec8278b2240537e9e42c78c30fbaa75d589f53f7e3197f8c9ec28bfcd')
  })

  test('does not count when any bit of the message is another', () => {
    const { bytes } = signMessage(plain, { key, time })
    const { offset } = tsigOf(bytes)
    for (let at = 0; at < offset; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      const result = decodeMessage(changed)
      if (!result.ok || result.message.tsig === undefined || at < 2) continue
      expect(verifyMessage(changed, result.message.tsig, { key, time })).toEqual({ ok: false, error: 'BADSIG' })
    }
  })

  test('counts under another id than that of the message: forwarders change it', () => {
    const { bytes } = signMessage(plain, { key, time })
    bytes.writeUInt16BE(99, 0)
    expect(verify(bytes, { key, time })).toEqual({ ok: true })
  })

  test.each([
    [300, { ok: true }],
    [301, { ok: false, error: 'BADTIME', skew: -301 }],
    [-301, { ok: false, error: 'BADTIME', skew: 301 }],
  ])('counts for 300 seconds: with %i passed the verdict is %o', (passed, verdict) => {
    const { bytes } = signMessage(plain, { key, time })
    expect(verify(bytes, { key, time: time + passed })).toEqual(verdict)
  })

  test('cannot ask for more time than that', () => {
    const { bytes } = signMessage(plain, { key, time, fudge: 60_000 })
    expect(verify(bytes, { key, time: time + 301 })).toMatchObject({ error: 'BADTIME' })
  })

  test('of another key, another secret, or a shorter one does not count', () => {
    const { bytes } = signMessage(plain, { key, time })
    expect(verify(bytes, { key: { ...key, name: 'other' }, time })).toEqual({ ok: false, error: 'BADKEY' })
    expect(verify(bytes, { key: { ...key, secret: Buffer.from('x') }, time })).toEqual({ ok: false, error: 'BADSIG' })
    expect(verify(bytes, { key: { ...key, name: key.name.toUpperCase() }, time })).toEqual({ ok: true })
    const tsig = tsigOf(bytes)
    const cut = (length: number) => verifyMessage(bytes, { ...tsig, mac: tsig.mac.subarray(0, length) }, { key, time })
    expect(cut(16)).toEqual({ ok: false, error: 'BADTRUNC' })
    expect(cut(15)).toEqual({ ok: false, error: 'BADSIG' })
    expect(cut(0)).toEqual({ ok: false, error: 'BADSIG' })
    const longer = { ...tsig, mac: Buffer.concat([tsig.mac, Buffer.of(0)]) }
    expect(verifyMessage(bytes, longer, { key, time })).toEqual({ ok: false, error: 'BADSIG' })
  })

  test('of an answer counts for the request that it answers alone', () => {
    const request = signMessage(plain, { key, time })
    const { bytes } = signMessage(plain, { key, time, priorMac: request.mac })
    expect(verify(bytes, { key, time, priorMac: request.mac })).toEqual({ ok: true })
    expect(verify(bytes, { key, time })).toMatchObject({ error: 'BADSIG' })
    expect(verify(bytes, { key, time, priorMac: Buffer.alloc(32) })).toMatchObject({ error: 'BADSIG' })
  })

  test('of a stream counts for what went before without one', () => {
    const first = signMessage(plain, { key, time })
    const unsigned = [Buffer.from(plain)]
    const { bytes } = signMessage(plain, { key, time, priorMac: first.mac, unsigned, following: true })
    expect(verify(bytes, { key, time, priorMac: first.mac, unsigned, following: true })).toEqual({ ok: true })
    expect(verify(bytes, { key, time, priorMac: first.mac, following: true })).toMatchObject({ error: 'BADSIG' })
  })
})

test('a server tells its time to who has the key', () => {
  const { bytes } = signMessage(plain, { key, time, error: 'BADTIME', other: timeBytes(time + 600) })
  expect(tsigOf(bytes).error).toBe(18)
  expect(serverTime(tsigOf(bytes))).toBe(time + 600)
  expect(serverTime(tsigOf(signMessage(plain, { key, time }).bytes))).toBe(undefined)
})

test('an answer that cannot be signed names the key and the error', () => {
  const request = tsigOf(signMessage(plain, { key, time }).bytes)
  expect(tsigOf(appendUnsignedTsig(plain, request, 'BADKEY'))).toMatchObject({
    keyName: key.name,
    error: 17,
    mac: Buffer.alloc(0),
  })
})

function verify(bytes: Buffer, signature: Signature) {
  return verifyMessage(bytes, tsigOf(bytes), signature)
}

function tsigOf(bytes: Buffer): TsigRecord {
  const result = decodeMessage(bytes)
  if (!result.ok || result.message.tsig === undefined) throw new Error('There is no signature.')
  return result.message.tsig
}
