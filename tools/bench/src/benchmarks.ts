import type { Report } from './report.ts'

/** What a benchmark may do besides measuring: say how far it is. */
export type BenchContext = { readonly say: (line: string) => void }

export type Findings = Omit<Report, 'name' | 'machine'>
export type Benchmark = (context: BenchContext) => Promise<Findings>

/** Every benchmark, loaded when it is asked for. A target of package.json stands for each. */
export const benchmarks = {
  toolchain: async () => (await import('./toolchain/bench-toolchain.ts')).benchToolchain,
  graph: async () => (await import('./graph/bench-graph.ts')).benchGraph,
  cli: async () => (await import('./cli/bench-cli.ts')).benchCli,
  service: async () => (await import('./service/bench-service.ts')).benchService,
  swap: async () => (await import('./swap/bench-swap.ts')).benchSwap,
  cache: async () => (await import('./cache/bench-cache.ts')).benchCache,
  registry: async () => (await import('./registry/bench-registry.ts')).benchRegistry,
  mirror: async () => (await import('./mirror/bench-mirror.ts')).benchMirror,
  git: async () => (await import('./git/bench-git.ts')).benchGit,
  dns: async () => (await import('./dns/bench-dns.ts')).benchDns,
} satisfies Record<string, () => Promise<Benchmark>>

export type BenchmarkName = keyof typeof benchmarks

export function isBenchmarkName(text: string): text is BenchmarkName {
  return Object.hasOwn(benchmarks, text)
}
