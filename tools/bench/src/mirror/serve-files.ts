import { listenOnFreePort } from '@mochi/testing'
import { createFileServer } from './file-server.ts'

/** `node serve-files.ts FOLDER`: the upstream of the mirrors that are measured, in a process of its own. */
const [folder = ''] = process.argv.slice(2)
const { url } = await listenOnFreePort(createFileServer(folder))
process.stdout.write(`upstream serves at ${url}\n`)
