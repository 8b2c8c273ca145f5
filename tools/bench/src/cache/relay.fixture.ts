// Nx's part in a relayed run: opens one as the plugin of a checkout does, in a process of its own, and waits to be ended.
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

type Host = (question: object) => Promise<{ readonly opened?: object }>

const host = join(process.argv[2] ?? '', 'tools/nx/src/build-cache/host.ts')
const { findHost } = (await import(host)) as { findHost: () => Host }
const settings: unknown = JSON.parse(await text(process.stdin))
const { opened } = await findHost()({ kind: 'open', run: 'benchmark', settings })
process.stdout.write(`${JSON.stringify(opened)}\n`)
setInterval(() => undefined, 60_000)
