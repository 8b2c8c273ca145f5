import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, runProcess } from '@mochi/testing'
import type { Environment, Outcome } from '@mochi/testing'
import { parse } from 'yaml'

type Env = Readonly<Record<string, string>>

export type Step = {
  name?: string
  id?: string
  if?: string
  uses?: string
  with?: Readonly<Record<string, string | number | boolean>>
  env?: Env
  shell?: string
  run?: string
}

export type Job = {
  permissions: Env
  'timeout-minutes': number
  'runs-on': string
  env: Env
  steps: readonly Step[]
}

export type GithubWorkflow = {
  on: Readonly<Record<string, unknown>>
  permissions: Env
  defaults: { run: { shell: string } }
  concurrency: { group: string; 'cancel-in-progress': boolean }
  jobs: Readonly<Record<string, Job>>
}

export function parseGithub(text: string): GithubWorkflow {
  return parse(text) as GithubWorkflow
}

export type GithubRun = {
  cwd: string
  env: Environment
  /** What each expression and each condition of the workflow is in this run, as written there. */
  values: Readonly<Record<string, string | boolean>>
  /** The workflow's own, for steps that name none. */
  shell: string
  /** What the runner sets last: no `env` of a workflow changes it. */
  imposed?: Environment
}

export type StepRun = { name: string; outcome: Outcome; outputs: Env }

/**
 * Runs the `run:` steps of a job as GitHub's runner does (`ScriptHandler` of actions/runner): in order, by their shells, with
 * what steps before have written to GITHUB_OUTPUT and GITHUB_ENV, to the first that fails. Actions are left out. An expression
 * that the caller gives no value is an error.
 */
export async function runSteps(steps: readonly Step[], run: GithubRun): Promise<StepRun[]> {
  await using folder = await createFolder()
  const files = {
    GITHUB_OUTPUT: folder.join('output'),
    GITHUB_ENV: folder.join('env'),
    GITHUB_STEP_SUMMARY: folder.join('summary'),
  }
  const kept = { values: { ...run.values }, env: { ...run.env, ...files } }
  const runs: StepRun[] = []
  for (const step of steps.filter((each) => isWanted(each, kept.values))) {
    const fill = (text: string) => fillIn(text, kept.values)
    await folder.write({ output: '', env: '', script: fill(step.run ?? '') })
    const env = { ...kept.env, ...mapValues(step.env ?? {}, fill), ...run.imposed }
    const [command = '', ...args] = commandOf(step.shell ?? run.shell, folder.join('script'))
    const outcome = await runProcess(command, args, { cwd: run.cwd, env })
    const outputs = await readPairs(folder.path, 'output')
    runs.push({ name: step.name ?? '', outcome, outputs })
    if (outcome.code !== 0) break
    Object.assign(kept.env, await readPairs(folder.path, 'env'))
    for (const [key, value] of Object.entries(outputs)) kept.values[`steps.${step.id ?? ''}.outputs.${key}`] = value
  }
  return runs
}

function commandOf(shell: string, script: string): string[] {
  const format = shell === 'bash' ? 'bash --noprofile --norc -eo pipefail {0}' : shell
  return format.split(' ').map((word) => (word === '{0}' ? script : word))
}

/** Whether a step has commands to run and its condition holds. */
function isWanted(step: Step, values: GithubRun['values']): boolean {
  if (step.run === undefined) return false
  return step.if === undefined || look(step.if, values) === true
}

function fillIn(text: string, values: GithubRun['values']): string {
  return text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => String(look(expression, values)))
}

function look(expression: string, values: GithubRun['values']): string | boolean {
  const value = values[expression]
  if (value === undefined) throw new Error(`The test says nothing about the expression ${expression}`)
  return value
}

function mapValues(record: Env, change: (text: string) => string): Env {
  return Object.fromEntries(Object.entries(record).map(([key, text]) => [key, change(text)]))
}

async function readPairs(folder: string, name: string): Promise<Env> {
  const lines = (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
