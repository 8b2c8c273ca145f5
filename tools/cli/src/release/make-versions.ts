import { join } from 'node:path'
import type { Context } from '../context.ts'
import { runGit } from './git.ts'
import { runToEnd } from './run-to-end.ts'

/**
 * Makes versions and changelogs of the changesets, and commits them, under the words that changesets use for it. The working tree
 * has no other changes. Throws CLI_COMMAND_FAILED.
 */
export async function makeVersions(context: Pick<Context, 'root' | 'run'>): Promise<void> {
  await runToEnd(context, join(context.root, 'node_modules/.bin/changeset'), ['version'])
  // Where `commit` of the configuration says so, changesets has committed them itself.
  if ((await runGit(context, ['status', '--porcelain'])) === '') return
  await runGit(context, ['add', '--all'])
  await runGit(context, ['commit', '--message', 'Version packages'])
}
