import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context, RunOutcome } from '../context.ts'
import type { Finding } from './finding.ts'

const CACHE_FILE = 'node_modules/.cache/mochi/prettier'

/** By content: the same text under the same settings and the same prettier has the same answer. */
const CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', CACHE_FILE]

/** Finds every file that prettier would write otherwise. */
export async function checkFormat(context: Pick<Context, 'root' | 'run'>): Promise<Finding[]> {
  const { code, stdout, stderr } = await listDifferent(context)
  const files = stdout.split('\n').filter((line) => line !== '')
  const findings = files.map((file): Finding => ({
    rule: 'format',
    file,
    message: 'The file is not as prettier writes it.',
    mend: './mochi check --fix',
    fixable: true,
  }))
  const complete = code === 0 || (code === 1 && findings.length > 0 && stderr === '')
  return complete ? findings : [...findings, prettierFault(stderr)]
}

/** A cache that prettier cannot read, as a full disk leaves one, is thrown away: it is made of what stands there. */
async function listDifferent({ root, run }: Pick<Context, 'root' | 'run'>): Promise<RunOutcome> {
  const list = () => run(prettier(root), [...CACHE, '--list-different', '.'], { cwd: root })
  const outcome = await list()
  if (!outcome.stderr.includes(CACHE_FILE)) return outcome
  await rm(join(root, CACHE_FILE), { recursive: true, force: true })
  return await list()
}

/** Writes every file as prettier would, and returns what it could not read. */
export async function applyFormat({ root, run }: Pick<Context, 'root' | 'run'>): Promise<Finding[]> {
  const { code, stderr } = await run(prettier(root), ['--write', '--log-level', 'warn', '.'], { cwd: root })
  return code === 0 ? [] : [prettierFault(stderr)]
}

function prettierFault(output: string): Finding {
  return {
    rule: 'format',
    file: '.prettierrc.json',
    message: `prettier could not read everything: ${output.trim()}`,
    mend: 'Correct the files that it names.',
  }
}

function prettier(root: string): string {
  return join(root, 'node_modules/.bin/prettier')
}
