import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { formatKeyring, parseKeyring, rotateKeyring } from './index.ts'
import type { Keyring } from './index.ts'

const NOW = Date.UTC(2026, 0, 1)
const first: Keyring = [{ epoch: 1, secret: randomBytes(32), created: NOW }]

test('a keyring is read as it was written', () => {
  const both = rotateKeyring(first, randomBytes(32), NOW + 1)

  expect(parseKeyring(formatKeyring(first))).toEqual(first)
  expect(parseKeyring(formatKeyring(both))).toEqual(both)
})

test('a change keeps the secret of before, and none before that', () => {
  const third = rotateKeyring(rotateKeyring(first, randomBytes(32), NOW), randomBytes(32), NOW)

  expect(third.map(({ epoch }) => epoch)).toEqual([3, 2])
})

const line = (epoch: number) => `${epoch} ${randomBytes(32).toString('base64url')} 2026-01-01T00:00:00.000Z\n`

test.each([
  ['nothing', '', 1],
  ['another line', `${line(2)}secret\n`, 2],
  ['a secret that is too short', '1 abc 2026-01-01T00:00:00.000Z\n', 1],
  ['epochs in another order', `${line(1)}${line(2)}`, 2],
  ['three epochs', `${line(3)}${line(2)}${line(1)}`, 3],
])('%s is no keyring, and nothing of it is shown', (_what, text, at) => {
  expect(() => parseKeyring(text)).toThrow(
    expect.objectContaining({ code: 'NAMES_KEYRING_INVALID', facts: expect.objectContaining({ line: at }) as object }),
  )
})
