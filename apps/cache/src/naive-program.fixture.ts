import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import pLimit from 'p-limit'

/** A cache that makes an entry visible and then writes its bytes, one after the other: what a kill must not find. */
const data = process.env['CACHE_DATA'] ?? ''
mkdirSync(data, { recursive: true })
const rows = join(data, 'rows')
const digests = new Map(
  (existsSync(rows) ? readFileSync(rows, 'utf8').split('\n') : []).map((row) => row.split(' ') as [string, string]),
)
const disk = pLimit(1)

async function put(hash: string, body: Buffer): Promise<void> {
  const digest = createHash('sha256').update(body).digest('base64')
  digests.set(hash, digest)
  appendFileSync(rows, `${hash} ${digest}\n`)
  await disk(() => writeFile(join(data, hash), body))
}

const server = createServer((request, response) => {
  const hash = request.url?.split('/').at(-1) ?? ''
  const answer = async (): Promise<void> => {
    if (hash === 'status') response.end(JSON.stringify({ scopes: [{ entries: digests.size }] }))
    else if (request.method === 'PUT') {
      await put(hash, await buffer(request))
      response.end()
    } else {
      const found = digests.get(hash)
      if (found === undefined) response.writeHead(404).end()
      else {
        const body = await readFile(join(data, hash)).catch(() => '')
        response.writeHead(200, { 'content-digest': `sha-256=:${found}:` }).end(body)
      }
    }
  }
  void answer()
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
