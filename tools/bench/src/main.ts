import { constants } from 'node:os'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { benchmarks, isBenchmarkName } from './benchmarks.ts'
import { currentLoad, describeMachine } from './machine.ts'
import { publish } from './publish.ts'

/** `node src/main.ts <name> [--busy]`: measures, prints the page and writes it to docs/benchmarks/. */
async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args.filter((arg) => arg !== '--busy')
  if (!isBenchmarkName(name) || rest.length > 0) {
    const names = Object.keys(benchmarks).join(', ')
    process.stderr.write(`usage: npx nx run bench:NAME [--busy], where NAME is one of ${names}\n`)
    return 2
  }
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const { page = '', refusal } = await publish({
    name,
    folder: join(workspaceRoot, 'docs/benchmarks'),
    busy: args.includes('--busy'),
    measure: async () => (await benchmarks[name]())({ say }),
    describe: (loadBefore = currentLoad()) => describeMachine(loadBefore),
  })
  process.stdout.write(page)
  if (refusal === undefined) return 0
  say(refusal)
  return 1
}

// What a benchmark has started has groups of its own, and is ended at this process's exit; by a signal alone there is none.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(128 + constants.signals[signal]))

process.exitCode = await main(process.argv.slice(2))
