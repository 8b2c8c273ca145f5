import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from './process.ts'
import type { Outcome } from './process.ts'

/** How the example of a README ended, and what the README promises that it writes to standard output. */
export type ReadmeExample = Outcome & { readonly promised: string }

/**
 * Runs the first block of TypeScript in a project's README.md, in the project's folder, as someone who imports the project by
 * its name. Promised is the next block of text, where there is one, else what stands behind each `console.log(…) // `.
 * Throws when the README has no example, or promises nothing of it.
 */
export async function runReadmeExample(project: string): Promise<ReadmeExample> {
  const file = join(project, 'README.md')
  const { example, promised } = parseExample(await readFile(file, 'utf8'))
  if (example === '' || promised === '') throw new Error(`${file} has no example that says what it prints.`)
  const args = ['--input-type=module-typescript', '--eval', example]
  return { ...(await runProcess(process.execPath, args, { cwd: project })), promised }
}

function parseExample(readme: string): { example: string; promised: string } {
  const [, example = '', block] = /```ts\n(.*?)```(?:.*?```text\n(.*?)```)?/s.exec(readme) ?? []
  const comments = [...example.matchAll(/console\.log\(.*\) \/\/ (.*\n)/g)].map(([, line]) => line)
  return { example, promised: block ?? comments.join('') }
}
