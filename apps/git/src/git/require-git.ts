import { errors } from '../errors.ts'
import type { Git } from './git.ts'

const LEAST = [2, 30] as const

/** Throws GIT_MISSING and GIT_TOO_OLD. */
export async function requireGit(git: Git): Promise<void> {
  const { stdout } = await git.run({ args: ['--version'] }).catch((cause: unknown) => {
    throw errors.GIT_MISSING({ reason: (cause as Error).message }, { cause })
  })
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? []
  if (Number(major) < LEAST[0] || (Number(major) === LEAST[0] && Number(minor) < LEAST[1]))
    throw errors.GIT_TOO_OLD({ found: stdout.trim() })
}
