import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { isCi } from '../is-ci.ts'
import { describeRun } from './ci-run.ts'
import type { CiRun } from './ci-run.ts'
import { git } from './git.ts'

type RunContext = Pick<Context, 'root' | 'env' | 'run'>

/** Who runs this and what it may be compared with: the environment, git's branch, nx.json's `defaultBase`. */
export async function readRun(context: RunContext): Promise<CiRun> {
  const { env } = context
  const [revision = '', branch, main, before] = await Promise.all([
    git(context, ['rev-parse', '--verify', '--quiet', 'HEAD']),
    git(context, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
    readMain(context),
    readBefore(env),
  ])
  return describeRun({ env, isCi: isCi(env), revision, branch, main, before })
}

async function readMain({ root }: RunContext): Promise<string> {
  const settings = (await readJson(join(root, 'nx.json'))) as { defaultBase?: string } | undefined
  return settings?.defaultBase ?? 'main'
}

/** GitHub's event file; of a push it holds the commit that the branch stood at. */
async function readBefore(env: Context['env']): Promise<string | undefined> {
  const path = env['GITHUB_EVENT_PATH']
  if (path === undefined) return undefined
  const event = (await readJson(path)) as { before?: string } | undefined
  return event?.before
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
