import { buildCommand } from '@stricli/core'
import type { Command, CommandBuilderArguments, TypedCommandParameters } from '@stricli/core'
import type { Context } from './context.ts'

type Flags = Readonly<Record<string, unknown>>
type Args = readonly unknown[]

/** Of a command without flags. */
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
  const builder = { func, parameters, docs } as CommandBuilderArguments<F, A, Context>
  return buildCommand<F, A, Context>(builder)
}
