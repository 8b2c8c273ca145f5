import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { packForClients, packForDisk, unpackFromDisk } from './compression.ts'

const MOST = 2 ** 26

test.each([0, 1, 32_768, 32_769, 5_000_000])('%d bytes are the same when they come back', async (size) => {
  const bytes = Buffer.concat([randomBytes(size / 2), Buffer.alloc(Math.ceil(size / 2), 'mochi')])

  expect(gunzipSync(await packForClients(bytes)).equals(bytes)).toBe(true)
  expect((await unpackFromDisk(await packForDisk(bytes), MOST)).equals(bytes)).toBe(true)
})

test.each([1_000, 5_000_000])('damage in %d bytes is found, and so is more than is allowed', async (size) => {
  const packed = await packForDisk(randomBytes(size))

  await expect(unpackFromDisk(packed.subarray(0, -10), MOST)).rejects.toThrow()
  await expect(unpackFromDisk(packed, size - 1)).rejects.toThrow()
})
