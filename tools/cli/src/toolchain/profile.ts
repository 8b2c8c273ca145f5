import { basename } from 'node:path'
import { profileAdd, profileRemove } from '@mochi/toolchain'
import type { ProfileOptions, ProfileReport, Shell } from '@mochi/toolchain'
import { SHELLS } from '../commands/completion.ts'
import type { ProfileFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'

/** `mochi toolchain profile add`. */
export async function runProfileAdd(context: Context, flags: ProfileFlags): Promise<undefined> {
  const report = await profileAdd(profileOptions(context, flags))
  const done = report.changed ? 'Wrote' : 'Nothing to do: the line stands already in'
  context.stdout.write(`${done} ${describeFile(report)}.\n`)
  if (report.changed)
    context.stdout.write(`It works in shells that start from now on; for this one: eval "$(${context.command} env)"\n`)
}

/** `mochi toolchain profile remove`. */
export async function runProfileRemove(context: Context, flags: ProfileFlags): Promise<undefined> {
  for (const report of await profileRemove(profileOptions(context, flags))) {
    const done = report.changed ? 'Took the line out of' : 'Nothing to do: no line of ours stands in'
    context.stdout.write(`${done} ${describeFile(report)}.\n`)
  }
}

function profileOptions(context: Context, flags: ProfileFlags): ProfileOptions {
  return { shell: flags.shell ?? shellOf(context), prefix: context.prefix, ...userOf(context) }
}

/** Whose start files are meant, and where this system has them. */
export function userOf({ home, env, platform }: Context): Pick<ProfileOptions, 'home' | 'system' | 'environment'> {
  return { home, system: platform.startsWith('darwin') ? 'darwin' : 'linux', environment: env }
}

/** The user's own shell, from SHELL as login sets it. Throws CLI_UNKNOWN_SHELL. */
function shellOf({ env }: Context): Shell {
  const name = basename(env['SHELL'] ?? '')
  const shell = SHELLS.find((candidate) => candidate === name)
  if (shell === undefined) throw errors.CLI_UNKNOWN_SHELL({ shell: env['SHELL'] ?? '' })
  return shell
}

function describeFile({ file, realFile }: ProfileReport): string {
  return realFile === file ? file : `${file} (a link to ${realFile})`
}
