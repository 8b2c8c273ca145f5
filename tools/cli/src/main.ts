import { homedir } from 'node:os'
import { findLostDependency, reportLostDependency } from './lost-dependency.ts'
import manifest from '../package.json' with { type: 'json' }

/** A reader that left, as in `mochi --help | head -1`, is no fault of anyone; what else cannot be written is not done. */
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return
  process.stderr.write(`error: Expected to be able to write the output, but the system answered: ${message}.\n`)
  process.exit(1)
})
process.stderr.on('error', () => undefined)

const { env, platform, arch, execPath, stdout, stderr } = process
const args = process.argv.slice(2)
try {
  // What these two import may not be there: a command that only reads runs with whatever is installed.
  const [{ createContext }, { runCli }] = await Promise.all([import('./create-context.ts'), import('./run-cli.ts')])
  const world = { env, platform, arch, execPath, stdout, stderr, cwd: process.cwd(), home: env['HOME'] ?? homedir() }
  process.exitCode = await runCli(args, createContext(world), manifest.version)
} catch (error) {
  const lost = findLostDependency(error)
  if (lost === undefined) throw error
  const report = reportLostDependency(lost, { env, json: args.includes('--json') })
  stdout.write(report.stdout)
  stderr.write(report.stderr)
  process.exitCode = 1
}
