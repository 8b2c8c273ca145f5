import { Readable } from 'node:stream'
import type { Bytes } from './bytes.ts'

/** The digest of an archive's outputs, whatever their times. What reads archives is loaded with the first of them. */
export async function inspectContents({ chunks }: Bytes): Promise<string> {
  const { inspectArchive } = await import('@mochi/build-cache')
  const { contents } = await inspectArchive(Readable.from(chunks))
  return contents
}
