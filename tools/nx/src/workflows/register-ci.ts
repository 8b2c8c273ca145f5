import type { NodePlopAPI } from 'node-plop'
import { errors } from '../errors.ts'
import { inWords } from '../scaffold/in-words.ts'
import { formatDryRun, writeFiles } from '../scaffold/write-files.ts'
import type { Workspace } from '../scaffold/workspace.ts'
import { parseServer, planWorkflow, readWorkflow } from './plan-workflow.ts'
import { servers, workflowOf } from './servers.ts'

type Options = { root: string; workspace: Workspace; dryRun: boolean; parseFlag: (text: string) => boolean }

/** The words that lists of generators show. */
export const ciDescription = `A workflow that runs ./mochi ci: ${servers.join(', ')}`

/** Registers the generator `ci` with plop; the prompt type `argument` has to be there. */
export function registerCi(plop: NodePlopAPI, { root, workspace, dryRun, parseFlag }: Options): void {
  const missing = () => inWords(errors.SCAFFOLD_CI_UNKNOWN({ found: undefined, servers }))
  plop.setActionType('ci', (answers) => run(root, workspace, answers))
  plop.setGenerator('ci', {
    description: ciDescription,
    prompts: [
      { type: 'argument', name: 'server', message: 'The CI server', missing },
      {
        type: 'argument',
        name: 'dryRun',
        message: 'Show the file and do not write it',
        default: dryRun,
        bypass: parseFlag,
      },
    ] as object[],
    actions: [{ type: 'ci' }],
  })
}

/** A promise, because plop describes only those errors that it gets from one. */
function run(root: string, workspace: Workspace, answers: Readonly<Record<string, unknown>>): Promise<string> {
  return Promise.try(() => writeWorkflow(root, workspace, answers)).catch((error: unknown) => {
    throw inWords(error)
  })
}

/** Writes a workflow and returns what to tell the user. */
function writeWorkflow(root: string, workspace: Workspace, answers: Readonly<Record<string, unknown>>): string {
  const server = parseServer(answers['server'])
  const plan = planWorkflow(workspace, server, readWorkflow(root, server))
  const { path } = workflowOf[server]
  if (plan.isDone) return `${path} is just as the template makes it: nothing changed`
  if (answers['dryRun'] === true) return formatDryRun(plan)
  writeFiles(workspace, plan)
  return `${path} is written: commit it and push; docs/guide/ci.md says what it does`
}
