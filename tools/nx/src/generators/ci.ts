import type { GeneratorCallback, Tree } from '@nx/devkit'
import { runGenerator } from './run-generator.ts'

/** `npx nx g ci github|gitlab|jenkins` */
export default function ciGenerator(tree: Tree, answers: { server?: string }): Promise<GeneratorCallback> {
  return runGenerator({ kind: 'ci', tree, answers, say: (text) => process.stdout.write(text) })
}
