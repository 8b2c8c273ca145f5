import { createArchive } from '@mochi/build-cache/testing'
import { createRandom } from '@mochi/testing'

/** Some of them often and most of them seldom make a text that compresses about three to one, as built files do. */
const WORDS = 6_000
const FILES = 24
const FILE_BYTES = 130_000

/** The archive of a build's result as Nx makes it: about 1 MB, 3 MB unpacked, in 24 files. Another one for each seed. */
export function createBuildArchive(seed: number): Buffer {
  const random = createRandom(seed)
  const words = Array.from({ length: WORDS }, () => random.integer(0, 2 ** 40).toString(36))
  const outputs = Array.from({ length: FILES }, (_, index) => {
    const lines: string[] = []
    for (let length = 0; length < FILE_BYTES;) {
      const word = (): string => words[Math.floor(random.float() ** 4 * WORDS)] ?? ''
      const line = `  const ${word()} = ${word()}(${word()}, ${random.integer(0, 9999)})`
      lines.push(line)
      length += line.length + 1
    }
    return [`libs/made/dist/part-${index}.js`, lines.join('\n')] as const
  })
  return createArchive(Object.fromEntries(outputs))
}

/**
 * The beginning and the rest of an archive with other bytes than any other number gives, but the same contents: the time in
 * gzip's header (RFC 1952, 2.3.1) tells them apart. The rest is shared, so that thousands of them fit into memory.
 */
export function varyArchive(archive: Buffer, number: number): readonly [Buffer, Buffer] {
  const head = Buffer.from(archive.subarray(0, 10))
  head.writeUInt32LE(number, 4)
  return [head, archive.subarray(10)]
}
