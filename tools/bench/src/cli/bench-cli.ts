import { readFile, stat, writeFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import type { Benchmark, BenchContext, Findings } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { createStockWorkspace, scaffoldStockLibrary } from '../stock-nx.ts'
import { runTimed, timeCommand } from '../time-command.ts'
import type { CommandOptions } from '../time-command.ts'
import { planEmptyGenerator } from './empty-generator.ts'
import { mustBeCached } from './must-be-cached.ts'

const PAIRS = 11
const SCAFFOLD_PAIRS = 5

/** What a person waits for at the keyboard: help, a generator, a cached test, the commit hook. */
export const benchCli: Benchmark = async ({ say }) => {
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  const results: Result[] = []
  const missing: Findings['missing'][number][] = []
  say('measuring help')
  results.push(await measureHelp(prepared))
  say('measuring a cached test')
  results.push(await measureCachedTest(prepared))
  say('measuring the generator')
  results.push(await measureGenerator(prepared))
  if (await hasHook(prepared)) {
    say('measuring the commit hook')
    results.push(await measureHook(prepared))
  } else missing.push({ what: 'commit hook', why: '`./mochi setup` installed no pre-commit hook in the clone.' })
  const scaffold = await measureScaffold(prepared, { say })
  if ('pairs' in scaffold) results.push(scaffold)
  else missing.push(scaffold)
  return { introduction: INTRODUCTION, results, missing }
}

const INTRODUCTION =
  'What a person waits for at the keyboard, in a clone of this workspace after `./mochi setup` with the tools on PATH. No Nx daemon runs.'

function inClone({ checkout, env }: PreparedCheckout): CommandOptions {
  return { cwd: checkout.path, env }
}

function measureHelp(prepared: PreparedCheckout): Promise<Result> {
  const { checkout } = prepared
  return compare({
    what: 'help',
    ours: {
      label: './mochi --help',
      measure: () => timeCommand([checkout.join('mochi'), '--help'], inClone(prepared)),
    },
    other: { label: 'node -e 0', measure: () => timeCommand(['node', '-e', '0'], inClone(prepared)) },
    pairs: 31,
    goal: { of: 'time', most: 100 },
  })
}

function measureCachedTest(prepared: PreparedCheckout): Promise<Result> {
  const test = ['npx', 'nx', 'test', 'foo'] as const
  runTimed(['npx', 'nx', 'g', 'service', 'foo'], inClone(prepared))
  runTimed(test, inClone(prepared))
  const measure = () => {
    const { ms, output } = runTimed(test, inClone(prepared))
    mustBeCached(output)
    return ms
  }
  return compare({
    what: 'cached test',
    ours: { label: test.join(' '), measure },
    other: { label: 'npx nx --version', measure: () => timeCommand(['npx', 'nx', '--version'], inClone(prepared)) },
    pairs: PAIRS,
    goal: { of: 'time', most: 500 },
    note: 'The other side is what npx and loading Nx cost by themselves.',
  })
}

async function measureGenerator(prepared: PreparedCheckout): Promise<Result> {
  const { checkout } = prepared
  const collection = await readFile(checkout.join('tools/nx/generators.json'), 'utf8')
  await checkout.write(planEmptyGenerator(collection))
  let made = 0
  const generate = (generator: string) =>
    timeCommand(['npx', 'nx', 'g', generator, `quick-${++made}`, '--skip-install'], inClone(prepared))
  return compare({
    what: 'generator without install',
    ours: { label: 'npx nx g service foo --skip-install', measure: () => generate('service') },
    other: { label: 'npx nx g empty foo --skip-install', measure: () => generate('empty') },
    pairs: PAIRS,
    goal: { of: 'ratio', most: 1.3 },
    note: 'The other side is a generator of the same collection that does nothing. Each run makes another service.',
  })
}

async function hasHook({ checkout }: PreparedCheckout): Promise<boolean> {
  return (await stat(checkout.join('.git/hooks/pre-commit')).catch(() => undefined)) !== undefined
}

function measureHook(prepared: PreparedCheckout): Promise<Result> {
  const { checkout } = prepared
  const file = 'libs/names/src/index.ts'
  let changes = 0
  const commit =
    (...options: string[]) =>
    async () => {
      const text = await readFile(checkout.join(file), 'utf8')
      await writeFile(checkout.join(file), `${text}export const change${++changes} = ${changes}\n`)
      runTimed(['git', 'add', file], inClone(prepared))
      return timeCommand(['git', 'commit', '--quiet', '--message', 'A change', ...options], inClone(prepared))
    }
  return compare({
    what: 'commit of one file, with the hook',
    ours: { label: 'git commit', measure: commit() },
    other: { label: 'git commit --no-verify', measure: commit('--no-verify') },
    pairs: PAIRS,
    goal: { of: 'difference', most: 2000 },
  })
}

/** The peer comes from the registry: without it our side is not measured alone but named as not measured. */
async function measureScaffold(
  prepared: PreparedCheckout,
  { say }: BenchContext,
): Promise<Result | Findings['missing'][number]> {
  const what = 'scaffold to green test'
  await using folder = await createFolder()
  say('creating a stock Nx workspace')
  try {
    createStockWorkspace(folder.path, 'stock', prepared.env)
  } catch (error) {
    return { what, why: `the peer could not be created: ${firstLine(error)}` }
  }
  say('measuring the way from nothing to a green test')
  const stock = { cwd: folder.join('stock'), env: prepared.env }
  let made = 0
  const scaffold = () => {
    const name = `green-${++made}`
    const generated = runTimed(['npx', 'nx', 'g', 'service', name], inClone(prepared))
    return generated.ms + runTimed(['npx', 'nx', 'test', name], inClone(prepared)).ms
  }
  return await compare({
    what,
    ours: { label: 'npx nx g service foo; npx nx test foo', measure: scaffold },
    other: {
      label: 'npx nx g @nx/js:lib packages/foo --unitTestRunner=vitest; npx nx test foo',
      measure: () => scaffoldStockLibrary(`green-${++made}`, stock),
    },
    pairs: SCAFFOLD_PAIRS,
    goal: { of: 'time', most: 3000 },
    note: 'Both install what they need, packages in the store of pnpm. Each run makes another project, so that no test is cached. Ours is a service with its HTTP server, the peer’s a library.',
  })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
