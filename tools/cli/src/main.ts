import { homedir } from 'node:os'
import { createContext } from './create-context.ts'
import { runCli } from './run-cli.ts'
import manifest from '../package.json' with { type: 'json' }

/** A reader that left, as in `mochi --help | head -1`, is no fault of anyone. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const { env, platform, arch, execPath, stdout, stderr } = process
const world = { env, platform, arch, execPath, stdout, stderr, cwd: process.cwd(), home: env['HOME'] ?? homedir() }
const context = createContext(world)
process.exitCode = await runCli(process.argv.slice(2), context, manifest.version)
