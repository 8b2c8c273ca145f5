import { appNameRule, parseAppName } from '@mochi/names'
import type { NodePlopAPI } from 'node-plop'
import { errors } from '../errors.ts'
import { registerCi } from '../workflows/register-ci.ts'
import { ArgumentPrompt } from './argument-prompt.ts'
import { readGivenPorts } from './given-ports.ts'
import { inWords } from './in-words.ts'
import { descriptionOf, kinds } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { planScaffold, targetFolder } from './plan-scaffold.ts'
import { readTemplate } from './read-template.ts'
import { readFacts } from './workspace-facts.ts'
import type { Workspace } from './workspace.ts'
import { formatDryRun, writeFiles } from './write-files.ts'

/** What a generator is called with, by plop and by Nx. */
export type ScaffoldAnswers = { name?: string; skipInstall?: boolean; dryRun?: boolean }

export type ScaffoldOptions = {
  /** The workspace's root on disk, where the templates stand. */
  root: string
  workspace: Workspace
  /** Called after the files are written, unless the caller said not to. */
  install: (name: string) => void
  /** What is answered where the generator's own arguments say nothing. */
  defaults?: { skipInstall: boolean; dryRun: boolean }
}

/** Registers the generators `service`, `lib` and `ci` with plop. What they write goes to the workspace that is handed in. */
export function registerGenerators(plop: NodePlopAPI, options: ScaffoldOptions): void {
  plop.setPrompt('argument', ArgumentPrompt as never)
  for (const kind of kinds) {
    plop.setActionType(kind, (answers) => run({ kind, answers, plop, options }))
    plop.setGenerator(kind, {
      description: descriptionOf[kind],
      prompts: prompts(kind, options.defaults),
      actions: [{ type: kind }],
    })
  }
  const { root, workspace, defaults } = options
  registerCi(plop, { root, workspace, dryRun: defaults?.dryRun ?? false, parseFlag })
}

function prompts(
  kind: Kind,
  { skipInstall = false, dryRun = false }: Partial<ScaffoldOptions['defaults']> = {},
): object[] {
  const missing = () => inWords(errors.SCAFFOLD_NAME_MISSING({ kind, rule: appNameRule }))
  return [
    { type: 'argument', name: 'name', message: `Name of the ${kind}`, missing },
    {
      type: 'argument',
      name: 'skipInstall',
      message: 'Leave the install out',
      default: skipInstall,
      bypass: parseFlag,
    },
    { type: 'argument', name: 'dryRun', message: 'Show the files and write none', default: dryRun, bypass: parseFlag },
  ]
}

type Scaffold = { kind: Kind; answers: Readonly<Record<string, unknown>>; plop: NodePlopAPI; options: ScaffoldOptions }

/** A promise, because plop describes only those errors that it gets from one. */
async function run(request: Scaffold): Promise<string> {
  try {
    return await scaffold(request)
  } catch (error) {
    throw inWords(error)
  }
}

/** Writes a project and returns what to tell the user. */
async function scaffold({ kind, answers, plop, options }: Scaffold): Promise<string> {
  const { root, workspace, install } = options
  const given = answers['name']
  if (typeof given !== 'string') throw errors.SCAFFOLD_NAME_MISSING({ kind, rule: appNameRule })
  const name = parseAppName(given)
  const plan = planScaffold({
    kind,
    name,
    template: readTemplate(root, kind),
    facts: readFacts(workspace, targetFolder(kind, name), await readGivenPorts(workspace)),
    render: (text, data) => plop.renderString(text, data),
  })
  if (plan.isDone) return `${plan.folder} is just as the template makes it: nothing changed`
  if (answers['dryRun'] === true) return formatDryRun(plan)
  writeFiles(workspace, plan)
  if (answers['skipInstall'] === true) return `${plan.folder} is written; now run: ./mochi setup`
  install(name)
  return `${plan.folder} is written: npx nx test ${name}`
}

function parseFlag(text: string): boolean {
  if (text === 'true') return true
  if (text === 'false') return false
  throw new Error('Expected true or false')
}
