import { redact } from '@mochi/errors'
import type { Context } from '../context.ts'
import { errors } from './errors.ts'
import type { Target } from './find-target.ts'
import type { Packed } from './pack.ts'

/**
 * Hands one tarball to the registry. Also done when somebody else has published the same bytes meanwhile. Throws
 * CLI_RELEASE_TOKEN, CLI_RELEASE_OTHER_BYTES, and CLI_RELEASE_FAILED, which says how many are `left` after it.
 */
export async function publishPackage(
  { root, run }: Pick<Context, 'root' | 'run'>,
  target: Target,
  { packed: { step, file, integrity }, left }: { packed: Packed; left: number },
): Promise<void> {
  const { url } = target
  const scope = /^@[^/]+(?=\/)/.exec(step.name)?.[0]
  const registry = [`--registry=${url}/`, ...(scope === undefined ? [] : [`--config.${scope}:registry=${url}/`])]
  const args = ['publish', file, ...registry, `--tag=${distTagOf(step.to)}`, '--no-git-checks', '--ignore-scripts']
  const { code, stdout, stderr } = await run('pnpm', args, { cwd: root })
  if (code === 0) return
  const found = (await target.ask([step.name])).get(step.name)?.get(step.to)
  if (found === integrity) return
  if (found !== undefined) throw errors.CLI_RELEASE_OTHER_BYTES({ url, packages: [step.tag] })
  const output = redact(`${stdout}${stderr}`.trim())
  if (/\b(?:401|ENEEDAUTH|E401|UNAUTHORIZED)\b/.test(output)) throw errors.CLI_RELEASE_TOKEN({ url, reason: output })
  throw errors.CLI_RELEASE_FAILED({ id: step.tag, left, output })
}

/** Where a version is one of a series before a release, the name of that series, as changesets have it. */
export function distTagOf(version: string): string {
  return /^\d+\.\d+\.\d+-([A-Za-z][\w-]*)/.exec(version)?.[1] ?? 'latest'
}
