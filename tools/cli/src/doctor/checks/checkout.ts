import type { Context } from '../../context.ts'
import { isCi } from '../../is-ci.ts'
import { probeDependencies } from '../../probe/dependencies.ts'
import { probeHooks, UNSET_HOOKS_PATH } from '../../probe/hooks.ts'
import { bringBack } from '../../status/plan-next.ts'
import { missing, ok, warn } from '../finding.ts'
import type { Finding } from '../finding.ts'

/** Whether the dependencies are those of the lock file. */
export async function checkDependencies(context: Context): Promise<readonly Finding[]> {
  const id = 'dependencies'
  const state = await probeDependencies(context)
  if (state === 'fresh') return [ok(id, 'installed, as pnpm-lock.yaml names them')]
  if (state === 'offline')
    return [
      warn({
        id,
        found: 'installed while the registry did not answer',
        meaning:
          'Packages that only some platforms need may lack; every command that works on the checkout asks again.',
        fix: './mochi setup',
      }),
    ]
  if (state === 'unlocked')
    return [
      missing({
        id,
        found: 'pnpm-lock.yaml is not there',
        meaning: 'Nothing tells which versions belong here, and none can be installed.',
        fix: bringBack('pnpm-lock.yaml'),
      }),
    ]
  const found = state === 'absent' ? 'not installed' : 'older than pnpm-lock.yaml'
  return [
    missing({ id, found, meaning: 'Commands run other versions than the lock file names.', fix: './mochi setup' }),
  ]
}

/** Whether git calls the hooks of this checkout. In CI nobody commits. */
export async function checkHooks(context: Context): Promise<readonly Finding[]> {
  const id = 'git.hooks'
  const state = await probeHooks(context)
  if (state === 'installed') return [ok(id, 'installed')]
  if (state === 'outside') return [ok(id, 'none, because this is no git checkout')]
  if (isCi(context.env)) return [ok(id, 'none, because this is a CI run')]
  const meaning =
    'Format and lint of a commit are not checked before it is made; CI will refuse what the hook would have.'
  if (state === 'missing') return [warn({ id, found: 'not installed', meaning, fix: './mochi setup' })]
  const everywhere = 'or, where it is set for all repositories, git config core.hooksPath "$PWD/.git/hooks"'
  const fix = `${UNSET_HOOKS_PATH} (${everywhere}), then ./mochi setup`
  return [warn({ id, found: 'not installed, core.hooksPath leads git elsewhere', meaning, fix })]
}

/** The oldest git that has all that the commands and tests use (`git init --initial-branch`). */
const OLDEST_GIT = [2, 28] as const

/** Whether git is there, and new enough. */
export async function checkGit({ run }: Pick<Context, 'run'>): Promise<readonly Finding[]> {
  const { code, stdout } = await run('git', ['--version'], { timeout: 10_000 })
  const version = code === 0 ? stdout.trim().replace(/^git version /, '') : undefined
  return [judgeGit(version)]
}

export function judgeGit(version: string | undefined): Finding {
  const id = 'git'
  if (version === undefined)
    return missing({
      id,
      found: 'git is not there',
      meaning: 'Nothing that asks what changed can work.',
      fix: 'install git',
    })
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1])) return ok(id, version)
  return warn({
    id,
    found: version,
    meaning: `Commands and tests are made for git ${OLDEST_GIT.join('.')} and newer.`,
    fix: 'update git with the package manager of this system',
  })
}
