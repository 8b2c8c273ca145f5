import { buildCommand, buildRouteMap } from '@stricli/core'
import type { Command, CommandBuilderArguments, RouteMap, TypedCommandParameters } from '@stricli/core'
import type { Context } from './context.ts'

type Flags = Readonly<Record<string, unknown>>
type Args = readonly unknown[]

/** Of a command without flags. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- no key at all is what is meant
export type NoFlags = Readonly<Record<never, never>>

/** What a command does. Its value is the exit code, nothing meaning 0; what it throws is printed by `runCli`. */
export type Handler<F extends Flags, A extends Args = []> = (
  context: Context,
  flags: F,
  ...args: A
) => number | undefined | Promise<number | undefined> | Promise<void>

export type CommandDefinition<F extends Flags, A extends Args> = {
  /** Loads the implementation, which `--help` and completion never need. */
  load: () => Promise<Handler<F, A>>
  parameters: TypedCommandParameters<F, A, Context>
  docs: {
    brief: string
    fullDescription?: string
    customUsage?: readonly (string | { input: string; brief: string })[]
  }
}

/** How a command ended, left on the context by `defineCommand` for `runCli`: the framework's own channel knows no codes. */
export type Ending = { exitCode: number } | { error: unknown }

const endings = new WeakMap<Context, Ending>()

/** How the command that ran with this context ended; undefined when none ran. */
export function endingOf(context: Context): Ending | undefined {
  return endings.get(context)
}

/** A command: its flags and words here, its implementation loaded when it runs. */
export function defineCommand<F extends Flags = NoFlags, A extends Args = []>(
  definition: CommandDefinition<F, A>,
): Command<Context> {
  const { load, parameters, docs } = definition
  async function func(this: Context, flags: F, ...args: A): Promise<void> {
    try {
      const handler = await load()
      endings.set(this, { exitCode: (await handler(this, flags, ...args)) ?? 0 })
    } catch (error) {
      endings.set(this, { error })
    }
  }
  const builder = { func, parameters, docs: unfold(docs) } as CommandBuilderArguments<F, A, Context>
  const command = buildCommand<F, A, Context>(builder)
  const takesCommand = parameters.positional?.kind === 'array'
  return { ...command, formatHelp: (args) => formatHelp(command, { ...args, ...escapeFlag(takesCommand) }) }
}

/** The lines of the source are no lines of the help, which are as wide as the terminal. */
function unfold<T extends { fullDescription?: string }>(docs: T): T {
  const { fullDescription } = docs
  return fullDescription === undefined
    ? docs
    : { ...docs, fullDescription: fullDescription.replaceAll(/(?<!\n)\n(?![\s-])/g, ' ') }
}

/** A word with commands behind it, as in `toolchain lock`. */
export function defineGroup<Name extends string>(
  brief: string,
  routes: Readonly<Record<Name, Command<Context> | RouteMap<Context>>>,
): RouteMap<Context> {
  const group = buildRouteMap<Name, Context>({ routes, docs: { brief } })
  return { ...group, formatHelp: (args) => formatHelp(group, { ...args, ...escapeFlag(false) }) }
}

type HelpTarget = Pick<Command<Context>, 'formatHelp'>
type HelpArguments = Parameters<HelpTarget['formatHelp']>[0]

/** A flag that is not given is false: saying so at each of them hides what matters. */
function formatHelp(target: HelpTarget, args: HelpArguments): string {
  return target.formatHelp(args).replaceAll(/ +\[\S*default =\S* false\]/g, '')
}

/** `--` matters only where the words after it are somebody else's command. */
function escapeFlag(shown: boolean): Pick<HelpArguments, 'includeArgumentEscapeSequenceFlag'> {
  return { includeArgumentEscapeSequenceFlag: shown }
}
