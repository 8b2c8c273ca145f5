import { createHash } from 'node:crypto'
import { inspectArchive } from '@mochi/build-cache'
import { expect, test } from 'vitest'
import { createBuildArchive, varyArchive } from './archives.ts'

test('an archive is one that the cache takes, of about 1 MB, a third of what is in it', async () => {
  const archive = createBuildArchive(1)
  const { files, unpacked } = await inspectArchive(inPieces(archive))

  expect(archive.length).toBeGreaterThan(0.9e6)
  expect(archive.length).toBeLessThan(1.3e6)
  expect(unpacked / archive.length).toBeGreaterThan(2.5)
  expect(unpacked / archive.length).toBeLessThan(4)
  expect(files).toBeGreaterThan(20)
})

test('each number gives other bytes with the same contents', async () => {
  const archive = createBuildArchive(1)
  const varied = [1, 2, 4_000_000_000].map((number) => Buffer.concat(varyArchive(archive, number)))
  const inspected = await Promise.all([archive, ...varied].map((one) => inspectArchive(inPieces(one))))

  expect(new Set(varied.map((one) => createHash('sha256').update(one).digest('hex'))).size).toBe(3)
  expect(new Set(inspected.map(({ contents }) => contents)).size).toBe(1)
})

async function* inPieces(archive: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(archive)
}
