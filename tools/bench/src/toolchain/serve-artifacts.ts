import { listenOnFreePort } from '@mochi/testing'
import { readLock } from '@mochi/toolchain'
import { npmArtifacts } from './artifact-paths.ts'
import { createArtifactServer, downloadArtifacts } from './artifact-server.ts'

/**
 * `node serve-artifacts.ts LOCK PLATFORM REGISTRY`: downloads the artefacts of a lock once, then serves them and prints its
 * address. A process of its own, because the one that measures waits without serving.
 */
const [lockFile = '', platform = '', registry = ''] = process.argv.slice(2)
const archives = await downloadArtifacts(npmArtifacts(await readLock(lockFile), platform), registry)
const { url } = await listenOnFreePort(createArtifactServer(archives))
process.stdout.write(`serving ${archives.size} artefacts at ${url}\n`)
