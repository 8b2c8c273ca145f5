import { expect, test } from 'vitest'
import { deriveKey, deriveKeys } from './index.ts'

const secretOf = (epoch: number) => ({ epoch, secret: Buffer.alloc(32, epoch) })

test('keys of two purposes, epochs or secrets are different', () => {
  const keys = [
    deriveKey(secretOf(1), 'cookie/hello'),
    deriveKey(secretOf(1), 'cookie/hello_dev'),
    deriveKey(secretOf(1), 'tsig/hello'),
    deriveKey(secretOf(2), 'cookie/hello'),
    deriveKey({ ...secretOf(1), epoch: 2 }, 'cookie/hello'),
  ].map(({ key }) => key.toString('hex'))

  expect(new Set(keys).size).toBe(keys.length)
})

test('the newest epoch comes first, and of more than two the oldest are not taken', () => {
  expect(deriveKeys([1, 3, 2].map(secretOf), 'cookie/hello').map(({ epoch }) => epoch)).toEqual([3, 2])
})

test('a secret that can be guessed is refused', () => {
  expect(() => deriveKey({ epoch: 1, secret: Buffer.alloc(31) }, 'cookie/hello')).toThrow(
    expect.objectContaining({ code: 'NAMES_SECRET_WEAK' }),
  )
})
