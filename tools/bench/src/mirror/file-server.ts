import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { fileOfPath } from '../registry/upstream.ts'

/**
 * A registry of files, as `createUpstream` has written them, that does next to nothing for an answer: what is measured is who asks. Its ETags are made of
 * the size and the time of a file.
 */
export function createFileServer(folder: string): Server {
  return createServer(({ url = '', headers }, response) => {
    const file = join(folder, fileOfPath(url))
    stat(file).then(
      ({ size, mtimeMs }) => {
        const etag = `"${size}-${mtimeMs}"`
        if (headers['if-none-match'] === etag) {
          response.writeHead(304, { etag }).end()
          return
        }
        const type = url.endsWith('.tgz') ? 'application/octet-stream' : 'application/json'
        response.writeHead(200, { etag, 'content-type': type, 'content-length': size })
        pipeline(createReadStream(file), response, () => undefined)
      },
      () => response.writeHead(404, { 'content-type': 'application/json' }).end('{}'),
    )
  })
}
