import type { GeneratorCallback, Tree } from '@nx/devkit'
import nodePlop from 'node-plop'
import type { Generator } from '../scaffold/kinds.ts'
import { installProject, inWords, registerGenerators, withoutStack } from '../scaffold/index.ts'
import type { ScaffoldAnswers } from '../scaffold/index.ts'
import { treeWorkspace } from './tree-workspace.ts'

export type Generation = {
  kind: Generator
  tree: Tree
  answers: ScaffoldAnswers | { server?: string }
  /** Writes to the user. */
  say: (text: string) => unknown
}

/**
 * Runs one of plop's generators over Nx's tree: the files are those that `npx plop` writes, and `--dry-run` shows them.
 * The install is what Nx runs after it has written them.
 */
export async function runGenerator({ kind, tree, answers, say }: Generation): Promise<GeneratorCallback> {
  const installs: string[] = []
  const plop = await nodePlop()
  registerGenerators(plop, {
    root: tree.root,
    workspace: treeWorkspace(tree),
    install: (name) => installs.push(name),
  })
  const { changes, failures } = await plop.getGenerator(kind).runActions(answers)
  const [failure] = failures
  if (failure !== undefined) throw withoutStack(failure.error)
  // Nx shows nothing of a tree that has not changed, and with --dry-run calls nothing afterwards.
  if (tree.listChanges().length === 0) {
    for (const { path } of changes) say(`${path}\n`)
    return () => undefined
  }
  return () => {
    for (const name of installs) install(tree.root, name)
    for (const { path } of changes) say(`${path}\n`)
  }
}

function install(root: string, name: string): void {
  try {
    installProject(root, name)
  } catch (error) {
    throw inWords(error)
  }
}
