import type { GeneratorCallback, Tree } from '@nx/devkit'
import type { ScaffoldAnswers } from '../scaffold/index.ts'
import { runGenerator } from './run-generator.ts'

/** `npx nx g service NAME` */
export default function serviceGenerator(tree: Tree, answers: ScaffoldAnswers): Promise<GeneratorCallback> {
  return runGenerator({ kind: 'service', tree, answers, say: (text) => process.stdout.write(text) })
}
