import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { dirname } from 'node:path'
import type { Nginx } from '../cache/nginx.ts'

export type SnapshotOptions = {
  /** The address of the registry that is asked. */
  readonly registry: string
  /** Gets all that is answered, as files. */
  readonly nginx: Pick<Nginx, 'url' | 'file'>
}

/** Where nginx has tarballs: a packument is a file, and no file can be below it. */
export const TARBALLS = '/tarballs'

/** Stands between a client and a registry, and writes what the client gets into the folder of nginx. */
export function createSnapshotServer({ registry, nginx }: SnapshotOptions): Server {
  const pass = async (path: string, accept: string): Promise<Response> => {
    const answer = await fetch(`${registry}${path}`, { headers: { accept } })
    if (!answer.ok) return answer
    const isTarball = path.endsWith('.tgz')
    const file = nginx.file(decodeURIComponent(isTarball ? TARBALLS + path : path).slice(1))
    const bytes = Buffer.from(await answer.arrayBuffer())
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, isTarball ? bytes : moveTarballs(bytes, registry, nginx.url + TARBALLS))
    return new Response(bytes)
  }
  return createServer(({ url: path = '', headers }, response) => {
    const own = `http://${headers.host}`
    pass(path, headers.accept ?? '*/*').then(
      async (answer) => {
        const bytes = Buffer.from(await answer.arrayBuffer())
        response.writeHead(answer.status).end(path.endsWith('.tgz') ? bytes : moveTarballs(bytes, registry, own))
      },
      (error: unknown) => void response.writeHead(502).end(String(error)),
    )
  })
}

export function moveTarballs(packument: Buffer, from: string, to: string): string {
  return packument.toString('utf8').replaceAll(`"${from}/`, `"${to}/`)
}
