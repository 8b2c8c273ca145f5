// Nx's part in relayed runs: opens as many as it is told to, as the plugin of a checkout does, in a process of its own, and
// waits to be ended.
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

type Host = (question: object) => Promise<{ readonly opened?: object }>

const [, , checkout = '', count = '1'] = process.argv
const { findHost } = (await import(join(checkout, 'tools/nx/src/build-cache/host.ts'))) as { findHost: () => Host }
const settings: unknown = JSON.parse(await text(process.stdin))
const ask = findHost()
const runs = Array.from({ length: Number(count) }, (_, index) => ask({ kind: 'open', run: `${index}`, settings }))
const opened = (await Promise.all(runs)).map((reply) => reply.opened)
process.stdout.write(`${JSON.stringify(opened)}\n`)
setInterval(() => undefined, 60_000)
