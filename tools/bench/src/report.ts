import type { Goal, Result } from './comparison.ts'
import { isBusy } from './machine.ts'
import type { Machine } from './machine.ts'
import { differences, ratios, summarize } from './statistics.ts'
import type { Summary } from './statistics.ts'

export type Report = {
  /** The name of the benchmark: `nx run bench:<name>`. */
  readonly name: string
  /** What a reader wants to know first, in a sentence or two. */
  readonly introduction: string
  readonly machine: Machine
  readonly results: readonly Result[]
  /** What could not be measured, and why. */
  readonly missing: readonly { readonly what: string; readonly why: string }[]
}

/** The report as Markdown, formatted as prettier would. */
export function formatReport(report: Report): string {
  const { name, introduction, machine, results, missing } = report
  const parts = [
    `# Benchmark: ${name}`,
    introduction,
    `Measured by \`npx nx run bench:${name}\`, which wrote this page. Times are medians with the least and the most in brackets; both sides run in turn, in fresh processes, alternating which goes first. Ratios and differences are taken pair by pair.`,
    isBusy(machine) ? BUSY : '',
    results.length === 0 ? '' : formatTable(results),
    results.map(formatResult).join('\n'),
    formatMissing(missing),
    `## Machine\n\n${formatMachine(machine)}`,
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

const BUSY =
  '**The machine was busy with other work: the times are longer than they would be alone, and only the ratios say something.**'

/** Why no page was written, and what to do. */
export function formatRefusal(name: string, { cores, load }: Pick<Machine, 'cores' | 'load'>): string {
  return [
    `error: The machine is busy with other work (${load.before.toFixed(1)} of ${cores} processors at work before, ${load.after.toFixed(1)} now); docs/benchmarks/${name}.md stays as it was.`,
    `  next:  run it again when it is quiet, or npx nx run bench:${name} --busy, and the page says so`,
  ].join('\n')
}

const HEAD = ['what', 'ours', 'other', 'difference', 'ratio', 'goal', 'met', 'pairs']

function formatTable(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { pairs, goal } = result
    const difference = summarize(differences(pairs))
    const ratio = summarize(ratios(pairs))
    return [
      result.what,
      spread(summarize(pairs.map(({ ours }) => ours)), formatTime),
      spread(summarize(pairs.map(({ other }) => other)), formatTime),
      formatTime(difference.median),
      spread(ratio, formatRatio),
      goal === undefined ? '' : formatGoal(goal),
      goal === undefined ? '' : isMet(result, goal) ? 'yes' : '**no**',
      String(pairs.length),
    ]
  })
  return alignTable([HEAD, ...rows])
}

/** Whether the median, as it is printed, keeps the goal. */
export function isMet({ pairs }: Pick<Result, 'pairs'>, goal: Goal): boolean {
  const values = { time: pairs.map(({ ours }) => ours), difference: differences(pairs), ratio: ratios(pairs) }
  return Number(threeDigits(summarize(values[goal.of]).median)) <= goal.most
}

function formatGoal(goal: Goal): string {
  switch (goal.of) {
    case 'time':
      return `ours ≤ ${formatTime(goal.most)}`
    case 'difference':
      return `≤ ${formatTime(goal.most)} more`
    case 'ratio':
      return `ratio ≤ ${formatRatio(goal.most)}`
  }
}

function formatResult({ what, labels, note }: Result): string {
  const text = `- **${what}**: \`${labels.ours}\` against \`${labels.other}\`.`
  return note === undefined ? text : `${text} ${note}`
}

function formatMissing(missing: Report['missing']): string {
  if (missing.length === 0) return ''
  return `## Not measured\n\n${missing.map(({ what, why }) => `- **${what}**: ${why}`).join('\n')}`
}

function formatMachine(machine: Machine): string {
  return [
    `- processor: ${machine.cpu}, ${machine.cores} cores`,
    `- memory: ${machine.memoryGiB.toFixed(1)} GiB`,
    `- system: ${machine.system}`,
    `- Node: ${machine.node}`,
    `- load of others: ${machine.load.before.toFixed(2)} processors before the run, ${machine.load.after.toFixed(2)} after it`,
    `- date: ${machine.date}`,
  ].join('\n')
}

function spread({ median, min, max }: Summary, format: (value: number) => string): string {
  return `${format(median)} (${format(min)} to ${format(max)})`
}

/** Three digits that count: 0.416 ms, 41.6 ms, 416 ms, 4.16 s. */
export function formatTime(ms: number): string {
  return Math.abs(ms) < 999.5 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1000)} s`
}

function formatRatio(ratio: number): string {
  return threeDigits(ratio)
}

function threeDigits(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 0.9995) return value.toPrecision(3)
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
}

function alignTable(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}
