import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

/** What one would write first: lines from a stream to a stream. Tests show what it loses. */
const output = createWriteStream(join(process.argv[2] ?? '', 'current'), { flags: 'a' })
createInterface({ input: process.stdin }).on('line', (line) => output.write(`${new Date().toISOString()} ${line}\n`))
