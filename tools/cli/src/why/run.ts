import { join } from 'node:path'
import { findNearest } from '@mochi/names'
import type { WhyFlags } from '../commands/why.ts'
import type { Context, Output } from '../context.ts'
import { errors } from '../errors.ts'
import { paint } from '../output/color.ts'
import { writeJson } from '../output/json.ts'
import { formatTable } from '../output/table.ts'
import { describeInputs } from './describe-inputs.ts'
import type { GraphAnswer, TargetFacts } from './graph-answer.ts'

/** `mochi why foo:test`, and `mochi why foo` for the list of its targets. Throws CLI_UNKNOWN_TARGET. */
export async function runWhy(context: Context, flags: WhyFlags, wanted: string): Promise<undefined> {
  const [project = '', ...rest] = wanted.replace(/^@mochi\//, '').split(':')
  const target = rest.join(':')
  const graph = await readGraph(context, project, target)
  const targets = graph.projects[project]
  if (graph.target !== undefined) printTarget(context, flags, graph.target)
  else if (target === '' && targets !== undefined) printTargets(context, flags, { project, targets })
  else throw errors.CLI_UNKNOWN_TARGET({ wanted, nearest: suggest(graph, project, target) })
}

export async function readGraph(context: Context, project: string, target: string): Promise<GraphAnswer> {
  const program = join(import.meta.dirname, 'read-graph.ts')
  const env = { ...context.env, NX_ISOLATE_PLUGINS: 'false', NX_DAEMON: 'false' }
  const { code, stdout, stderr } = await context.run(process.execPath, [program, project, target], { env })
  if (code !== 0) throw errors.CLI_COMMAND_FAILED({ command: 'npx nx show projects', code, output: stderr.trim() })
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as GraphAnswer
}

/** Names of the same shape as the one that was asked for: a project for a project, a target for a target. */
export function suggest({ projects }: GraphAnswer, project: string, target: string): readonly string[] {
  const names = Object.keys(projects)
  const near = names.includes(project) ? [project] : findNearest(project, names)
  if (target === '') return near
  return near.flatMap((name) => {
    const targets = projects[name] ?? []
    return (targets.includes(target) ? [target] : findNearest(target, targets)).map((found) => `${name}:${found}`)
  })
}

function printTargets(
  { stdout, command }: Context,
  flags: WhyFlags,
  { project, targets }: { project: string; targets: readonly string[] },
): void {
  if (flags.json) {
    writeJson(stdout, { project, targets })
    return
  }
  stdout.write(
    `${project} has these targets:\n${targets.map((target) => `  ${command} why ${project}:${target}\n`).join('')}`,
  )
}

function printTarget({ stdout }: Context, flags: WhyFlags, facts: TargetFacts): void {
  const inputs = describeInputs(facts.inputs, facts.namedInputs)
  if (flags.json) writeJson(stdout, { ...facts, inputsInWords: inputs })
  else stdout.write(formatTarget(facts, inputs, stdout))
}

function formatTarget(facts: TargetFacts, inputs: readonly string[], output: Output): string {
  const rows = [
    ['target', `${facts.project}:${facts.target}`],
    ['comes from', `${facts.plugin}, because of ${facts.file}`],
    ...listRows(
      'changed by',
      facts.changes.map(({ file, properties }) => `${file}: ${properties.join(', ')}`),
    ),
    ['runs', facts.command],
    ['in', facts.root],
    ...listRows(
      'waits for',
      facts.dependsOn.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))),
    ),
    ...listRows('runs again for', facts.cacheable ? inputs : ['every call: it is not cached']),
    ...listRows(
      'writes',
      facts.outputs.map((path) => path.replace('{projectRoot}', facts.root).replace('{workspaceRoot}/', '')),
    ),
    ...listRows('imported by', facts.dependents),
    ['last result', describeCache(facts)],
  ]
  const painted = rows.map(([name = '', text = '']) => [paint(output, 'bold', name), text])
  return `${formatTable(painted, output.columns)}\n\nRun it: npx nx ${facts.target} ${facts.project}\n`
}

function listRows(name: string, lines: readonly string[]): string[][] {
  return lines.map((line, index) => [index === 0 ? name : '', line])
}

function describeCache({ cached, cacheable }: TargetFacts): string {
  if (!cacheable || cached === undefined) return 'never kept'
  if (cached.exitCode === undefined) return `not in the cache for the files as they are now (key ${cached.hash})`
  const verdict = cached.exitCode === 0 ? 'success' : `failure with exit code ${cached.exitCode}`
  return `in the cache: ${verdict} (key ${cached.hash})`
}
