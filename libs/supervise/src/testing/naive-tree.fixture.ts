/**
 * A supervisor as one would first write it: what its service writes goes through its own hands to the log. Tests show what
 * is lost when it is killed. It takes and says what `tree.fixture.ts` does.
 */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { readLaunchFile } from '../launch-file.ts'

const [folder = ''] = process.argv.slice(2)
const { command } = await readLaunchFile(folder)
const [program, ...args] = command
mkdirSync(`${folder}/log/main`, { recursive: true })
const log = createWriteStream(`${folder}/log/main/current`, { flags: 'a' })
const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] })
process.stdout.write(`spawned ${child.pid}\n`)
child.on('message', () => process.stdout.write(`ready ${child.pid}\nopen\n`))
const lines = createInterface({ input: child.stdio[1] ?? process.stdin })
lines.on('line', (line) => log.write(`${new Date().toISOString()} ${line}\n`))
lines.once('close', () => log.end(() => process.exit(0)))
process.once('SIGTERM', () => child.kill())
