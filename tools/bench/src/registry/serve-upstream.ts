import { listenOnFreePort } from '@mochi/testing'
import { createUpstream } from './upstream.ts'

/**
 * `node serve-upstream.ts FOLDER [REGISTRY]`: serves the packages of a folder, and those of a registry that it fetches once. A
 * process of its own, so that what it costs is not counted to those who measure.
 */
const [folder = '', source] = process.argv.slice(2)
const { url } = await listenOnFreePort(createUpstream({ folder, source }))
process.stdout.write(`upstream serves at ${url}\n`)
