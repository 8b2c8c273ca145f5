import { resolve } from 'node:path'
import type { NodePlopAPI } from 'node-plop'
import { diskWorkspace, installProject, inWords, parsePlopArguments, registerGenerators } from './scaffold/index.ts'

const root = resolve(import.meta.dirname, '../../..')

/** Registers the generators over this workspace on disk, with the options of plop's command line. Throws in words. */
export function registerPlop(plop: NodePlopAPI, args: readonly string[]): void {
  try {
    registerGenerators(plop, {
      root,
      workspace: diskWorkspace(root),
      install: (name) => installProject(root, name),
      defaults: parsePlopArguments(args),
    })
  } catch (error) {
    throw inWords(error)
  }
}
