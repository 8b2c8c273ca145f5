import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { text } from 'node:stream/consumers'

/** As many as the mirror asks for at once. */
const AT_ONCE = 24

/** `node download.ts FOLDER < ADDRESSES`: what a mirror costs that checks, keeps and knows nothing: each address to a file, many at once. */
const [folder = ''] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const queue = (await text(process.stdin)).split('\n').filter(Boolean).entries()
const work = async (): Promise<void> => {
  for (const [index, url] of queue) {
    const { body, ok } = await fetch(url)
    if (!ok || body === null) throw new Error(`${url} was not answered`)
    await pipeline(Readable.fromWeb(body), createWriteStream(join(folder, String(index))))
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work))
