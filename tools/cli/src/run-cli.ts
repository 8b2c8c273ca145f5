import { ExitCode, run } from '@stricli/core'
import { formatError, isMochiError, redact } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import { createApp, findCommandPath } from './app.ts'
import { normalizeArguments } from './arguments.ts'
import { endingOf } from './command.ts'
import type { Context } from './context.ts'
import { errors } from './errors.ts'
import { findLostDependency } from './lost-dependency.ts'
import { spellCommands } from './output/spell.ts'
import { findOtherWord } from './other-words.ts'

/** Unix usage: 0 done, 1 not done, 2 wrong usage, 70 a fault of ours (EX_SOFTWARE of sysexits.h). */
const EXIT = { failed: 1, usage: 2, bug: 70 } as const

/** Runs one command line and prints what came of it. Its value is the exit code; it never throws. */
export async function runCli(args: readonly string[], context: Context, version: string): Promise<number> {
  const inputs = normalizeArguments(args)
  try {
    const app = createApp({ version, help: context.stdout, command: context.command })
    await run<Context>(app, inputs, context)
    const ending = endingOf(context)
    if (ending === undefined) return reportFramework(context, inputs, findCommandPath(app, inputs))
    return 'error' in ending ? reportError(ending.error, context, wantsJson(inputs)) : ending.exitCode
  } catch (error) {
    return reportError(error, context, wantsJson(inputs))
  }
}

/** Help and version ran no command; wrong usage did not either, and the framework has printed it without a next step. */
function reportFramework(context: Context, inputs: readonly string[], command: readonly string[]): number {
  const code = Number(context.process.exitCode ?? ExitCode.Success)
  if (code === ExitCode.Success) return 0
  if (code !== ExitCode.UnknownCommand && code !== ExitCode.InvalidArgument) return EXIT.bug
  const otherWord = code === ExitCode.UnknownCommand ? findOtherWord(inputs[command.length] ?? '') : undefined
  context.stderr.write(`  next:  ${context.command} ${otherWord ?? [...command, '--help'].join(' ')}\n`)
  return EXIT.usage
}

function reportError(thrown: unknown, context: Context, json: boolean): number {
  const lost = findLostDependency(thrown)
  const error = lost === undefined ? (refusalIn(thrown) ?? thrown) : errors.CLI_DEPENDENCIES_STALE(lost)
  if (isMochiError(error)) {
    if (json) context.stdout.write(`${JSON.stringify({ error }, undefined, 2)}\n`)
    else context.stderr.write(`${spellCommands(formatError(error), context)}\n`)
    return EXIT.failed
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  context.stderr.write(
    [
      'error: This is a fault of mochi, not of yours.',
      redact(stack),
      `  next:  report it with the lines above and the output of \`${context.command} doctor --json\``,
      '',
    ].join('\n'),
  )
  return EXIT.bug
}

/** What the system says where it is the user, not the program, who has to do something. */
const REFUSALS: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']

function refusalIn(thrown: unknown): MochiError | undefined {
  if (!(thrown instanceof Error) || isMochiError(thrown)) return undefined
  const { code = '', path = '.', message: reason } = thrown as NodeJS.ErrnoException
  if (!REFUSALS.includes(code)) return undefined
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return errors.CLI_SYSTEM_REFUSED({ reason, path, isFull }, { cause: thrown })
}

function wantsJson(inputs: readonly string[]): boolean {
  const end = inputs.indexOf('--')
  return inputs.slice(0, end === -1 ? inputs.length : end).includes('--json')
}
