/**
 * The embedded tree as a program: `node main.ts VAR -- WRITER…` runs every service directory in `VAR/service` until it is
 * told to end: by TERM or INT, twice to end at once, or over `VAR/up`.
 */
import { formatError, isMochiError } from '@mochi/errors'
import { serveTree, treePaths } from './tree-control.ts'
import { Tree } from './tree.ts'
import { takeLock } from './up-lock.ts'

async function main([folder = '', ...command]: readonly string[]): Promise<void> {
  const [, program = '', ...args] = command
  // Whatever the terminal that started it has: nobody else writes what this process and its services make.
  process.umask(process.umask(0o077) | 0o022)
  const paths = treePaths(folder)
  using _lock = takeLock(paths.lock)
  const tree = new Tree({ folder: paths.services, env: process.env, writer: [program, ...args] })
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>()
  const end = (): void => resolve(undefined)
  await using _control = await serveTree(paths.control, tree, end)
  const state = { isStopping: false }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (state.isStopping) tree.kill()
      else void stop(tree).then(end)
      state.isStopping = true
    })
  }
  // A terminal that closes takes nothing with it.
  process.on('SIGHUP', () => undefined)
  await tree.openAll()
  process.stdout.write('open\n')
  await stopped
}

/** The exit code of a tree that has ended before all logs were written: EX_TEMPFAIL of sysexits(3). */
const UNWRITTEN = 75

async function stop(tree: Tree): Promise<void> {
  if (await tree.stop()) return
  process.exitCode = UNWRITTEN
  for (const { name, fault } of tree.entries) process.stderr.write(`${name}: ${fault ?? ''}\n`)
}

// What cannot be said, on a full disk, must not end what keeps services serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!isMochiError(error)) throw error
  process.stderr.write(`${formatError(error)}\n`)
  process.exitCode = 1
}
// A log writer that still waits for its disk goes on without a supervisor, and keeps none.
process.exit()
