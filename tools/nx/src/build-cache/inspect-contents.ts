import { Readable } from 'node:stream'

/** The digest of an archive's outputs, whatever their times. What reads archives is loaded with the first of them. */
export async function inspectContents(archive: Buffer): Promise<string> {
  const { inspectArchive } = await import('@mochi/build-cache')
  const { contents } = await inspectArchive(Readable.from([archive]))
  return contents
}
