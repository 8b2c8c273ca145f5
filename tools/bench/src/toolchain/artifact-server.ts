import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { Artifact } from '@mochi/toolchain'
import { pathOfArtifact } from './artifact-paths.ts'

/** Archives by the paths at which a registry serves them. */
export type Archives = ReadonlyMap<string, Buffer>

/** Throws where the registry does not have one, or has another than the digest says. */
export async function downloadArtifacts(
  artifacts: readonly Pick<Artifact, 'source' | 'digest'>[],
  registry: string,
): Promise<Archives> {
  const archives = new Map<string, Buffer>()
  for (const { source, digest } of artifacts) {
    const path = pathOfArtifact(source)
    const response = await fetch(`${registry.replace(/\/$/, '')}${path}`)
    if (!response.ok) throw new Error(`${source}: the registry answered ${response.status}`)
    const bytes = Buffer.from(await response.arrayBuffer())
    const [algorithm = '', wanted = ''] = digest.split(':')
    const found = createHash(algorithm).update(bytes).digest('hex')
    if (found !== wanted) throw new Error(`${source}: the digest is ${found} and should be ${wanted}`)
    archives.set(path, bytes)
  }
  return archives
}

/** Serves archives from memory, as the registry would. */
export function createArtifactServer(archives: Archives): Server {
  return createServer((request, response) => {
    const bytes = archives.get(decodeURIComponent(request.url ?? ''))
    if (bytes === undefined) response.writeHead(404).end()
    else
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes)
  })
}
