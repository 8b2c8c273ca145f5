import { constants } from 'node:os'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { run } from './run.ts'

// What a benchmark has started has groups of its own, and is ended at this process's exit; by a signal alone there is none.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(128 + constants.signals[signal]))

process.exitCode = await run(process.argv.slice(2), {
  folder: join(workspaceRoot, 'docs/benchmarks'),
  print: (page) => void process.stdout.write(page),
  say: (line) => void process.stderr.write(`${line}\n`),
})
