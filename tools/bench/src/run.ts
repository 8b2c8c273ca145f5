import { benchmarks, isBenchmarkName } from './benchmarks.ts'
import type { Benchmark, BenchContext, BenchmarkName } from './benchmarks.ts'
import { describeMachine, measureLoad as measureLoadNow } from './machine.ts'
import { publish } from './publish.ts'
import type { PublishOptions } from './publish.ts'

export type RunOptions = BenchContext & {
  /** Where the page goes. */
  readonly folder: string
  /** Takes the page. */
  readonly print: (page: string) => void
  readonly load?: (name: BenchmarkName) => Promise<Benchmark>
  readonly measureLoad?: PublishOptions['measureLoad']
  readonly describe?: PublishOptions['describe']
}

/** `<name> [--busy]`: measures, prints the page and writes it. Returns the exit code. */
export async function run(args: readonly string[], options: RunOptions): Promise<number> {
  const { folder, print, say, load = loadBenchmark } = options
  const { measureLoad = measureLoadNow, describe = describeMachine } = options
  const [name = '', ...rest] = args.filter((arg) => arg !== '--busy')
  if (!isBenchmarkName(name) || rest.length > 0) {
    const names = Object.keys(benchmarks).join(', ')
    say(`usage: npx nx run bench:NAME [--busy], where NAME is one of ${names}`)
    return 2
  }
  const { page = '', refusal } = await publish({
    name,
    folder,
    busy: args.includes('--busy'),
    measure: async () => (await load(name))({ say }),
    measureLoad,
    describe,
  })
  print(page)
  if (refusal === undefined) return 0
  say(refusal)
  return 1
}

function loadBenchmark(name: BenchmarkName): Promise<Benchmark> {
  return benchmarks[name]()
}
