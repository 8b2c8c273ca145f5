import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { listenOnFreePort } from '@mochi/testing'
import { readLock } from '@mochi/toolchain'
import { pathOfArtifact, npmArtifacts } from './artifact-paths.ts'

/**
 * `node serve-artifacts.ts LOCK PLATFORM REGISTRY`: downloads the artefacts of a lock once, then serves them from memory
 * as the registry would and prints its address. A process of its own, because the one that measures waits without
 * serving.
 */
const [lockFile = '', platform = '', registry = ''] = process.argv.slice(2)
const served = new Map<string, Buffer>()
for (const artifact of npmArtifacts(await readLock(lockFile), platform)) {
  const path = pathOfArtifact(artifact.source)
  const response = await fetch(`${registry.replace(/\/$/, '')}${path}`)
  if (!response.ok) throw new Error(`${artifact.source}: the registry answered ${response.status}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  const [algorithm = '', wanted] = artifact.digest.split(':')
  const found = createHash(algorithm).update(bytes).digest('hex')
  if (found !== wanted) throw new Error(`${artifact.source}: the digest is ${found} and should be ${wanted ?? ''}`)
  served.set(path, bytes)
}

const server = createServer((request, response) => {
  const bytes = served.get(decodeURIComponent(request.url ?? ''))
  if (bytes === undefined) response.writeHead(404).end()
  else
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes)
})
const { url } = await listenOnFreePort(server)
process.stdout.write(`serving ${served.size} artefacts at ${url}\n`)
