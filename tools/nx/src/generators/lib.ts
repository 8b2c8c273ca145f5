import type { GeneratorCallback, Tree } from '@nx/devkit'
import type { ScaffoldAnswers } from '../scaffold/index.ts'
import { runGenerator } from './run-generator.ts'

/** `npx nx g lib NAME` */
export default function libGenerator(tree: Tree, answers: ScaffoldAnswers): Promise<GeneratorCallback> {
  return runGenerator({ kind: 'lib', tree, answers, say: (text) => process.stdout.write(text) })
}
